// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// All of the machine that is not the processor: memory, the bus with its devices, the clock.
///
/// The processor's accesses end here. What a device asks for beyond itself, its signals, becomes
/// events, or a stop.
final class Board {
  let memory: PhysicalMemory
  // Behind a pointer, since it is on the way of every access: no check for overlapping accesses.
  private let devices: UnsafeMutablePointer<Bus>
  private let sink: (Event) -> Void

  /// Nanoseconds that an access to a port takes.
  ///
  /// About what the ISA bus takes for a byte (six clocks at 8 MHz, and the bridge's delay), so that
  /// guests that wait by reading a port wait as long as on a PC.
  static let portAccessTime: UInt64 = 1000

  /// What is to be done before an event is told: others may have to come before it.
  var beforeEvent: (() -> Void)?

  /// Guest time that passed without instructions: in accesses to ports, and waiting in HLT.
  private var waited: UInt64 = 0
  /// Why the guest is to stop, once a device has asked for it.
  private(set) var stop: Stop?

  init(memory: PhysicalMemory, bus: Bus, sink: @escaping (Event) -> Void) {
    self.memory = memory
    self.sink = sink
    devices = .allocate(capacity: 1)
    devices.initialize(to: bus)
  }

  deinit {
    devices.deinitialize(count: 1)
    devices.deallocate()
  }

  /// The guest's time after `instructions` instructions, of which each takes a nanosecond.
  @inline(__always)
  func now(_ instructions: UInt64) -> GuestTime {
    GuestTime(nanoseconds: instructions &+ waited)
  }

  /// Lets `nanoseconds` pass.
  func wait(_ nanoseconds: UInt64) { waited += nanoseconds }

  /// Whether the processor must not go on.
  var wantsStop: Bool { stop != nil }

  /// IN.
  func read(_ port: UInt16, _ width: AccessWidth, at now: GuestTime) -> UInt32 {
    waited &+= Self.portAccessTime
    return devices.pointee.read(port: port, width: width, at: now)
  }

  /// OUT.
  func write(_ port: UInt16, _ width: AccessWidth, _ value: UInt32, at now: GuestTime) {
    waited &+= Self.portAccessTime
    let signal = devices.pointee.write(port: port, width: width, value: value, at: now)
    if let signal { handle(signal) }
  }

  /// What an access is to the device at `port`, as it stands.
  func meaning(
    of value: UInt32, _ direction: PortAccess.Direction, _ port: UInt16
  ) -> PortMeaning {
    devices.pointee.meaning(of: value, direction, port)
  }

  /// What answers at `address`; nil if that is plain RAM.
  func place(of address: PhysAddr) -> MemoryPlace? {
    guard let place = memory.place(of: address) else { return nil }
    guard case .hiddenText = place else { return place }
    // Less than the size of text memory, since something is there.
    let offset = Int(address.value & 0x7fff)
    return devices.pointee.textPlace(ofByteAt: offset).map { .text(row: $0.row, column: $0.column) }
      ?? place
  }

  /// Takes scancodes from the keyboard; false if it has no room for all of them.
  func type(_ scancodes: [UInt8]) -> Bool { devices.pointee.type(scancodes) }

  /// Whether the guest has read all that was typed.
  var keyboardIsDrained: Bool { devices.pointee.keyboardIsDrained }

  /// Takes a byte that arrives at COM1; false if there is no room for it.
  func receiveOnCOM1(_ byte: UInt8) -> Bool { devices.pointee.receiveOnCOM1(byte) }

  /// Whether the guest has read all that arrived there.
  var com1IsDrained: Bool { devices.pointee.com1IsDrained }

  /// Whether the interrupt controllers ask for the processor.
  func interruptPending(at now: GuestTime) -> Bool { devices.pointee.pendingInterrupt(at: now) }

  /// The line that they ask for; nil if the vector will be a spurious one.
  func nextLine(at now: GuestTime) -> IRQ? { devices.pointee.pendingIRQ(at: now) }

  /// The vector of what they ask for, which is then in service.
  func acknowledgeInterrupt(at now: GuestTime) -> UInt8 { devices.pointee.acknowledge(at: now) }

  /// Their state, for people to look at.
  var interruptControllers: InterruptControllers { devices.pointee.interruptControllers }

  /// When they will ask next by themselves; nil if they will not.
  func nextInterrupt(after now: GuestTime) -> GuestTime? {
    devices.pointee.nextInterruptMoment(after: now)
  }

  /// Whether an NMI gets to the processor.
  var isNMILetThrough: Bool { devices.pointee.letsNMIThrough }

  /// What the guest's monitor shows.
  var screen: TextScreen { devices.pointee.screen(of: UnsafeRawBufferPointer(memory.textMemory)) }

  /// Tells whoever listens.
  func emit(_ event: Event) {
    beforeEvent?()
    sink(event)
  }

  /// Tells of something that lies before what will be told next.
  func emitBetween(_ event: Event) { sink(event) }

  private func handle(_ signal: Signal) {
    switch signal {
    case .output(let channel, let byte): emit(.output(channel, byte))
    case .exit(let value): stop = .guestExit(value: value)
    case .reset(let source): stop = .reset(source)
    case .powerOff: stop = .powerOff
    case .a20(let enabled): memory.a20 = enabled
    }
  }
}
