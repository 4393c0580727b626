// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// The visits of blocks tell every instruction that is executed, and no other.
@Suite struct VisitTests {
  /// The addresses of the instructions that visits tell.
  private struct Path {
    private(set) var addresses: [VirtAddr] = []
    private(set) var blocks: [Int: CodeBlock] = [:]
    private var last: (block: CodeBlock, executed: Int)?

    init(_ events: [Event]) {
      for event in events {
        if case .translated(let code, let number) = event { blocks[number] = code }
        guard case .visited(let visits) = event else { continue }
        visits.forEach { take($0) }
      }
      end()
    }

    private mutating func take(_ visit: Visit) {
      guard let number = visit.block else {
        last?.executed += Int(visit.change)
        return
      }
      end()
      last = blocks[number].map { ($0, $0.count) }
    }

    private mutating func end() {
      guard let last else { return }
      addresses += (0..<last.executed).map { last.block.address(of: $0) }
    }
  }

  /// The same, found out one instruction at a time.
  private func stepped(_ guest: RunningMachine) -> [VirtAddr] {
    var addresses: [VirtAddr] = []
    for _ in 0..<1_000_000 {
      let (next, before) = (guest.machine.registers.nextInstruction, guest.machine.instructions)
      let pause = guest.machine.run(nanoseconds: 1)
      if guest.machine.instructions > before { addresses.append(next) }
      if case .stopped = pause { break }
    }
    return addresses
  }

  @Test(arguments: [1, 7, 100, 10_000, .max] as [UInt64])
  func `they are those of single steps, with code that changes itself and in windows`(
    _ window: UInt64
  ) throws {
    let steps = stepped(try RunningMachine(code: CountTests.mixed))
    let guest = try RunningMachine(code: CountTests.mixed)
    guest.machine.watch = .visits
    _ = guest.run(window: window)
    #expect(UInt64(steps.count) == CountTests.mixedCount)
    #expect(Path(guest.events).addresses == steps)
  }

  // swift-format-ignore
  @Test(arguments: [
    [0xb0, 0x10, 0x90, 0xf7, 0xf2, 0x40, 0x40],  // div by 0, raised by a function of the engine's
    [0xb0, 0x10, 0x90, 0x0f, 0x0b, 0x40, 0x40],  // ud2, raised by translated code
    [0xb0, 0x10, 0x90, 0x8e, 0xd8, 0x40],        // mov ds, eax: a selector beyond the GDT
    [0x90, 0xa1, 0x00, 0x00, 0x00, 0xf0, 0xcc],  // int3 without a handler
  ] as [[UInt8]], [1, 1000] as [UInt64])
  func `an instruction that faults is none of them`(_ code: [UInt8], window: UInt64) throws {
    let steps = stepped(try RunningMachine(code: code))
    let guest = try RunningMachine(code: code)
    guest.machine.watch = .visits
    _ = guest.run(window: window)
    #expect(Path(guest.events).addresses == steps && UInt64(steps.count) == guest.machine.instructions)
  }

  @Test(
    arguments: ["b", "d", "f", "g", "i", "k", "o", "p", "s", "t", "u", "w"],
    [[.visits], [.visits, .deliveries, .transfers]] as [Event.Categories])
  func `with faults, interrupts and system calls they are as many as were counted`(
    _ letter: String, _ watched: Event.Categories
  ) throws {
    let guest = try RunningMachine(guest: "delivery.elf", commandLine: letter)
    guest.machine.watch = watched
    _ = guest.run(limit: 5_000_000)
    #expect(UInt64(Path(guest.events).addresses.count) == guest.machine.instructions)
  }

  @Test(arguments: [1, 3, 1000, .max] as [UInt64])
  func `so they are with task switches`(_ window: UInt64) throws {
    let guest = try RunningMachine(guest: "tasks.elf")
    guest.machine.watch = .visits
    _ = guest.run(window: window)
    #expect(UInt64(Path(guest.events).addresses.count) == guest.machine.instructions)
  }

  @Test func `each instruction alone is a block when other events want their place`() throws {
    let guest = try RunningMachine(code: CountTests.mixed)
    guest.machine.watch = [.visits, .init(rawValue: 1 << 6)]
    _ = guest.run()
    let path = Path(guest.events)
    #expect(path.blocks.values.allSatisfy { $0.count == 1 })
    #expect(path.addresses == stepped(try RunningMachine(code: CountTests.mixed)))
  }

  @Test func `a block has the bytes of its instructions, and the stack pointer is the one there`()
    throws
  {
    // mov esp, 0x8000; push eax; call +0; nop; hlt
    let code: [UInt8] = [0xbc, 0, 0x80, 0, 0, 0x50, 0xe8, 0, 0, 0, 0, 0x90, 0xf4]
    let guest = try RunningMachine(code: code)
    guest.machine.watch = .visits
    _ = guest.run()
    let path = Path(guest.events)
    let first = try #require(path.blocks[0])
    #expect(
      first
        == CodeBlock(
          address: VirtAddr(0x10_0000), bits: 32, starts: [0, 5, 6], bytes: Array(code[..<11])))
    #expect(first.bytes(of: 1) == [0x50] && first.address(of: 3) == VirtAddr(0x10_000b))
    let stacks = guest.events.flatMap { event -> [UInt64] in
      if case .visited(let visits) = event { visits.map(\.rsp) } else { [] }
    }
    #expect(stacks.last == 0x8000 - 8)
  }

  @Test func `numbers are given again when there are many, and every instruction is told`()
    throws
  {
    let nops = 300_000
    let guest = try RunningMachine(code: [UInt8](repeating: 0x90, count: nops) + [0xf4])
    guest.machine.watch = [.visits, .init(rawValue: 1 << 6)]
    #expect(guest.run() == .halted)
    let numbers = guest.events.compactMap { event -> Int? in
      if case .translated(_, let number) = event { number } else { nil }
    }
    // The block that finds the numbers used up is translated again.
    #expect(numbers.count == nops + 2 && numbers.max() == 1 << 18)
    let start: UInt64 = 0x10_0000
    #expect(
      Path(guest.events).addresses == (start...start + UInt64(nops)).map { VirtAddr($0) })
  }

  @Test func `switched off again, nothing is told`() throws {
    let guest = try RunningMachine(code: CountTests.mixed)
    guest.machine.watch = .visits
    _ = guest.machine.run(nanoseconds: 100)
    let told = guest.events.count
    #expect(told > 0)
    guest.machine.watch = []
    _ = guest.run()
    #expect(guest.events.count == told + 1)  // the stop
  }
}
