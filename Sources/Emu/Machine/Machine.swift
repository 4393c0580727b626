// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A PC: processor, memory, bus and devices.
///
/// A machine belongs to one thread at a time; `requestPause()` alone may be called from anywhere.
/// Many machines may live in one process.
public final class Machine {
  /// What is decided about a machine before it is switched on.
  public struct Configuration: Equatable, Sendable {
    /// The memory installed, and how the guest is told of it.
    public var memory: MemoryMap
    /// What the real-time clock shows at power-on, in seconds since 1970-01-01T00:00:00Z.
    public var clock: Int64

    /// A configuration of these parts.
    public init(memory: MemoryMap, clock: Int64) {
      self.memory = memory
      self.clock = clock
    }
  }

  /// Why `run(nanoseconds:)` returned.
  public enum Pause: Equatable, Sendable {
    /// All the time asked for has passed.
    case budgetSpent
    /// `requestPause()` was called.
    case requested
    /// The processor waits in HLT with interrupts on; `until` is the next moment at which a device
    /// will interrupt by itself, nil if only input from outside can.
    case waiting(until: GuestTime?)
    /// The guest stopped for good; running it again returns the same at once.
    case stopped(Stop)
  }

  private let board: Board
  let cpu: CPU
  private var stop: Stop?
  /// Whether the processor is in HLT.
  private var isWaiting = false

  /// The events to be told besides output and the stop; none at first.
  public var watch: Event.Categories {
    get { cpu.watched }
    set { cpu.watched = newValue }
  }

  /// Switches on a machine with `plan` applied to its memory and processor.
  public init(
    _ configuration: Configuration, loading plan: LoadPlan, sink: @escaping (Event) -> Void
  ) throws(MachineError) {
    guard let memory = PhysicalMemory(configuration.memory) else {
      throw .noMemory(bytes: configuration.memory.ramSize)
    }
    let map = configuration.memory
    let bus = Bus(
      clock: configuration.clock, memoryBelow4GiB: map.lowRAM, memoryAbove4GiB: map.highRAM)
    board = Board(memory: memory, bus: bus, sink: sink)
    cpu = try CPU(board: board)
    try boot(plan)
  }

  private func boot(_ plan: LoadPlan) throws(MachineError) {
    board.memory.blankScreen()
    for write in BIOSDataArea.writes + plan.writes {
      guard board.memory.write(write.bytes, zeroes: write.zeroes, at: write.address) else {
        throw .doesNotFit(write.name, at: write.address)
      }
    }
    cpu.registers = .multiboot(entry: plan.entry, eax: plan.eax, ebx: plan.ebx)
  }

  /// Runs until `nanoseconds` of guest time have passed: so many instructions, or fewer where accesses
  /// to ports take their time; exact to the instruction.
  public func run(nanoseconds: UInt64) -> Pause { run(nanoseconds: nanoseconds, stoppingAt: nil) }

  /// The same, but returns `requested` before the instruction at linear `address` is executed, unless the
  /// run begins there.
  public func run(nanoseconds: UInt64, stoppingAt address: VirtAddr?) -> Pause {
    if let stop { return .stopped(stop) }
    let (sum, overflow) = now.nanoseconds.addingReportingOverflow(nanoseconds)
    let end = GuestTime(nanoseconds: overflow ? .max : sum)
    cpu.stopLater(at: address)
    while true {
      cpu.updateInterruptLine()
      let here = now
      let alarm = board.nextInterrupt(after: here)
      if isWaiting {
        guard board.interruptPending(at: here) || cpu.isWoken else { return .waiting(until: alarm) }
        isWaiting = false
        if watch.contains(.waits) { board.emit(.woken(at: here)) }
      }
      let exit = cpu.run(until: alarm.map { min($0, end) } ?? end)
      if let pause = pause(after: exit, end: end) { return pause }
    }
  }

  /// What an exit of the processor means to whoever runs the machine; nil if it goes on.
  private func pause(after exit: Exit, end: GuestTime) -> Pause? {
    switch exit {
    case .budget:
      guard now >= end else { return nil }
      return spins ? stopped(.spinning) : .budgetSpent
    case .paused, .arrived:
      return .requested
    case .stopped:
      return board.stop.map(stopped)
    case .halted:
      if cpu.isWoken { return nil }
      guard cpu.takesInterrupts else { return stopped(.halted) }
      isWaiting = true
      if watch.contains(.waits) { board.emit(.waiting(since: now)) }
      return nil
    case .shutdown(let tripleFault):
      return stopped(.tripleFault(tripleFault))
    case .failed(let code):
      return stopped(.engineFailure(code: code))
    }
  }

  private func stopped(_ reason: Stop) -> Pause {
    stop = reason
    board.emit(.stopped(reason))
    return .stopped(reason)
  }

  /// Whether the processor is in a loop that does nothing, and nothing can interrupt it.
  private var spins: Bool {
    let registers = cpu.registers
    guard !registers.rflags.contains(.interrupts) else { return false }
    return SpinLoop.contains(registers.nextInstruction, mode: registers.mode) { peek($0, at: $1) }
  }

  /// Makes `run` return soon; async-signal-safe, and callable from any thread.
  public func requestPause() { cpu.requestPause() }

  /// Moves the clock ahead while the processor waits in HLT; earlier moments are ignored.
  public func skip(to moment: GuestTime) {
    guard moment > now else { return }
    board.wait(moment.nanoseconds - now.nanoseconds)
  }

  /// The instructions executed since power-on.
  public var instructions: UInt64 { cpu.instructions }

  /// The guest's time.
  public var now: GuestTime { board.now(cpu.instructions) }

  /// What the guest's monitor shows now.
  public var screen: TextScreen { board.screen }

  /// All registers, read without changing anything; set, the processor stands as they say.
  public internal(set) var registers: Registers {
    get { cpu.registers }
    set { cpu.registers = newValue }
  }

  /// What the processor is doing.
  public var processor: Processor { Processor(cpu.registers) }

  /// The last exceptions and interrupts that reached a handler, the oldest first.
  public var pastDeliveries: [PastDelivery] { cpu.history.pointee.all }

  /// The state of the two interrupt controllers.
  public var interruptControllers: InterruptControllers { board.interruptControllers }

  /// The guest's memory, by physical addresses.
  public var memory: PhysicalMemory { board.memory }

  /// Sends scancode set 1 bytes from the keyboard; false if the keyboard's buffer has no room for all
  /// of them, and then none is taken.
  public func type(_ scancodes: [UInt8]) -> Bool { board.type(scancodes) }

  /// Has a byte arrive at COM1; false, and it is not taken, if the port has no room for it now.
  public func receiveOnCOM1(_ byte: UInt8) -> Bool { board.receiveOnCOM1(byte) }

  /// Raises a non-maskable interrupt, as a PC's NMI button does.
  ///
  /// It is held back while port 0x70 masks it, and from the delivery of another one until IRET; one at
  /// a time.
  public func raiseNMI() { cpu.requestNMI() }

  /// Whether the guest has read every scancode that was typed.
  public var keyboardIsDrained: Bool { board.keyboardIsDrained }

  /// Whether the guest has read every byte that arrived at COM1.
  public var com1IsDrained: Bool { board.com1IsDrained }
}

extension Machine {
  /// What the control registers say about paging.
  public var paging: PagingState { PagingState(cpu.registers) }

  /// The walk of `address` for `access`, with nothing changed in the guest.
  public func walk(_ address: VirtAddr, for access: PageAccess) -> PageWalk {
    PagingState(cpu.registers).walk(address, for: access, in: board.memory)
  }

  /// Up to `count` bytes at linear `address`, as many as are mapped; no guest state changes.
  public func peek(_ count: Int, at address: VirtAddr) -> [UInt8] {
    var bytes: [UInt8] = []
    for offset in 0..<UInt64(count) {
      let byte = VirtAddr(address.value &+ offset)
      let walk = walk(byte, for: .init(.read, as: .supervisor(ac: true)))
      guard case .mapped(let place) = walk.outcome else { break }
      bytes.append(board.memory.load8(place.physical))
    }
    return bytes
  }
}
