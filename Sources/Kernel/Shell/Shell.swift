// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

#if !os(Linux)
  /// A prompt at which a person can look around in the running kernel.
  enum Shell {
    /// Reads and does commands, for ever.
    static func run(_ inventory: MemoryInventory) -> Never {
      Console.print("`help` lists what can be said here.", color: ColorCode(.darkGray))
      while true {
        Console.print("> ", color: ColorCode(.lightGreen), terminator: "")
        let line = readLine()
        line.withLine { execute(Command($0), inventory) }
      }
    }

    private static func readLine() -> LineEditor {
      var line = LineEditor()
      while true {
        switch line.type(Interrupts.nextCharacter()) {
        case .append(let byte): Console.print("\(Unicode.Scalar(byte))", terminator: "")
        case .erase: Console.print("\u{8}", terminator: "")
        case .complete:
          Console.print("")
          return line
        case .none: break
        }
      }
    }

    private static func execute(_ command: Command, _ inventory: MemoryInventory) {
      switch command {
      case .nothing: break
      case .help: help()
      case .mem:
        inventory.available.forEach { Console.print("\($0)  available") }
        inventory.taken.forEach { Console.print("\($0.range)  \($0.owner)") }
      case .frames:
        let (free, total) = (Memory.frames.freeCount, Memory.frames.totalCount)
        Console.print("\(free) of \(total) frames are free, \(free / 256) MiB")
      case .map(nil): Memory.tables.forEachRange { Console.print("\($0)") }
      case .map(let address?): map(Page(containing: address))
      case .walk(let address): walk(address)
      case .heap: heap()
      case .ticks: Console.print("\(Timer.ticks) ticks, \(Timer.hertz) in a second")
      case .fault(nil):
        for fault in FaultDemo.allCases { Console.print("\(fault.name)") }
      case .fault(let fault?): fault.raise()
      case .reboot: reboot()
      case .wrong(let mistake): Console.print("\(mistake)", color: ColorCode(.lightRed))
      }
    }

    private static func help() {
      Console.print("mem            who has which physical memory since the start")
      Console.print("frames         how many frames are free")
      Console.print("map            what is mapped, with which rights")
      Console.print("map ADDRESS    maps a new frame there")
      Console.print("walk ADDRESS   the page table entries that lead there")
      Console.print("heap           blocks and bytes")
      Console.print("ticks          of the timer")
      Console.print("fault NAME     raises an exception; without a name, lists them")
      Console.print("reboot         starts the machine anew")
    }

    private static func map(_ page: Page) {
      guard let frame = Memory.frames.allocate() else {
        return Console.print("there are no frames", color: ColorCode(.lightRed))
      }
      do throws(MapError) {
        try Memory.tables.map(
          page, to: frame.start, [.writable, .noExecute], tablesFrom: &Memory.frames)
        Console.print("\(page.start) leads to \(frame.start)")
      } catch {
        Memory.frames.deallocate(frame)
        Console.print("\(error)", color: ColorCode(.lightRed))
      }
    }

    private static func walk(_ address: VirtAddr) {
      let page = Page(containing: address)
      Memory.tables.walk(page) { level, entry, rights in
        let index = page.index(at: level)
        let place: Text = "\(level.name)\(" ", times: 5 - level.name.utf8.count)\(index, width: 3)"
        if entry.isPresent {
          Console.print("\(place)  \(hex: entry.rawValue, digits: 16)  \(rights)")
        } else {
          Console.print("\(place)  \(hex: entry.rawValue, digits: 16)  not present")
        }
      }
      Console.print("\(address) leads \(Memory.tables.translate(address))")
    }

    private static func heap() {
      let heap = Heap.statistics
      Console.print("\(heap.blocks) blocks, \(heap.used) bytes of \(heap.size)")
      let counts: Text = "\(heap.allocations) allocations, \(heap.deallocations) frees"
      Console.print("\(counts), grown \(heap.growths) times")
    }

    /// The keyboard controller pulls the processor's reset line (IBM PC AT Technical Reference,
    /// "Keyboard Controller", command FE).
    private static func reboot() {
      ProcessorPorts().write(0xFE, to: .keyboardCommand)
      halt_forever()
    }
  }
#endif

extension Text {
  /// What is wrong with a line.
  mutating func appendInterpolation(_ mistake: Command.Mistake) {
    switch mistake {
    case .unknown: appendLiteral("there is no such command; `help` lists them")
    case .noAddress: appendLiteral("an address is wanted, in hexadecimal, canonical")
    case .noFault: appendLiteral("there is no such fault; `fault` lists them")
    case .tooMuch: appendLiteral("that is more than the command takes")
    }
  }
}
