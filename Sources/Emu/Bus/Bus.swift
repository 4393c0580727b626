// SPDX-License-Identifier: GPL-2.0-or-later

/// The I/O bus of a PC with its devices.
///
/// A value: a copy is a saved state. Devices do nothing between accesses; what time changes in them
/// follows from the moment that every access carries. An access allocates nothing and returns at
/// most one signal, since no two bytes of one access can reach two ports that signal.
///
/// Most devices are one byte wide; as on ISA, a wider access to them is one access per byte, in
/// ascending order (IBM PC AT Technical Reference, "System Board", "Bus Converter"). Ports where no
/// device answers read all ones and ignore writes.
public struct Bus: Equatable, Sendable {
  var pit = PIT8254()
  var keyboardController = KeyboardController()
  var systemControlA = SystemControlA()
  var systemControlB = SystemControlB()
  var rtc: RTC
  var vga = VGA()
  var com1 = UART16550()
  var resetControl = ResetControl()
  var powerManagement = PowerManagement()
  var pic = PIC8259Pair()
  /// When the lines of those devices change by themselves that the clock can move.
  var lineChanges = LineChanges()

  /// The bus as BIOS and GRUB hand it to a kernel.
  ///
  /// The clock shows `clock` at power-on, in seconds since 1970-01-01T00:00:00Z; the two amounts
  /// of memory, in bytes, are what the CMOS memory tells of.
  public init(clock: Int64, memoryBelow4GiB: UInt64, memoryAbove4GiB: UInt64) {
    rtc = RTC(
      clock: clock, memoryBelow4GiB: memoryBelow4GiB, memoryAbove4GiB: memoryAbove4GiB)
    watchTimer(at: .zero)
  }

  /// Executes IN at `now`: the value is zero-extended from `width`.
  public mutating func read(port: UInt16, width: AccessWidth, at now: GuestTime) -> UInt32 {
    guard width != .byte else { return UInt32(readByte(port, now)) }
    if Chip(port: port) == .pciConfig, width == .dword { return width.allOnes }
    var value: UInt32 = 0
    for byte in 0..<width.rawValue {
      value |= UInt32(readByte(port &+ byte, now)) << (8 * UInt32(byte))
    }
    return value
  }

  /// Executes OUT of the lowest `width` bytes of `value` at `now`; returns what that asks of the
  /// machine.
  public mutating func write(
    port: UInt16, width: AccessWidth, value: UInt32, at now: GuestTime
  ) -> Signal? {
    // The two devices that are wider than a byte.
    switch Chip(port: port) {
    case .debugExit: return .exit(value: value & width.allOnes)
    case .pciConfig where width == .dword: return nil
    default: break
    }
    var signal: Signal?
    for byte in 0..<width.rawValue {
      let part = UInt8(truncatingIfNeeded: value >> (8 * UInt32(byte)))
      signal = writeByte(port &+ byte, part, now) ?? signal
    }
    return signal
  }
}

// MARK: - One byte

extension Bus {
  private mutating func readByte(_ port: UInt16, _ now: GuestTime) -> UInt8 {
    switch Chip(port: port) {
    case .picMaster, .picSlave, .picControl: return readPIC(port, now)
    case .pit: return pit.read(offset: port & 3, now: now)
    case .keyboardController:
      // Reading the status changes no line, and guests do that in loops.
      defer { if port & 4 == 0 { watchKeyboard(at: now) } }
      return keyboardController.read(offset: port & 4, now: now)
    case .systemControlB: return systemControlB.read(out2: pit.output(2, at: now), now: now)
    case .rtc:
      defer { watchClock(at: now) }
      return rtc.read(offset: port & 1, now: now)
    case .systemControlA: return systemControlA.read()
    case .debugConsole: return 0xE9  // So a guest can tell that somebody listens, as on Bochs.
    case .vga: return vga.read(offset: port - 0x3B0, now: now)
    case .com1:
      defer { watchCOM1() }
      return com1.read(offset: port & 7)
    case .powerManagement: return powerManagement.read(offset: port & 1)
    case .resetControl: return resetControl.read()
    case .debugExit, .pciConfig, nil: return 0xFF
    }
  }

  private mutating func writeByte(_ port: UInt16, _ value: UInt8, _ now: GuestTime) -> Signal? {
    switch Chip(port: port) {
    case .picMaster, .picSlave, .picControl: writePIC(port, value, now)
    case .pit:
      sampleInterrupts(at: now)
      pit.write(offset: port & 3, value: value, now: now)
      watchTimer(at: now)
    case .keyboardController:
      defer { watchKeyboard(at: now) }
      return reportingA20(before: a20Enabled) {
        $0.keyboardController.write(offset: port & 4, value: value, now: now)
      }
    case .systemControlB:
      systemControlB.write(value)
      pit.setGate2(systemControlB.gate2, now: now)
    case .rtc:
      rtc.write(offset: port & 1, value: value, now: now)
      watchClock(at: now)
    case .systemControlA:
      return reportingA20(before: a20Enabled) { $0.systemControlA.write(value) }
    case .debugConsole: return .output(.debugcon, value)
    case .debugExit: return .exit(value: UInt32(value))
    case .vga: vga.write(offset: port - 0x3B0, value: value)
    case .com1:
      defer { watchCOM1() }
      return com1.write(offset: port & 7, value: value).map { .output(.com1, $0) }
    case .powerManagement: return powerManagement.write(offset: port & 1, value: value)
    case .resetControl: return resetControl.write(value)
    case .pciConfig, nil: break
    }
    return nil
  }

  /// Address line 20 is let through if either of its two gates is open (Intel ICH9 Datasheet
  /// §13.7.3 "PORT92", bit 1).
  public var a20Enabled: Bool { keyboardController.a20 || systemControlA.a20 }

  /// Lets `write` happen and reports a changed A20, unless it asks for a reset, which is more.
  @inline(__always) private mutating func reportingA20(
    before: Bool, _ write: (inout Bus) -> Signal?
  ) -> Signal? {
    let signal = write(&self)
    let after = a20Enabled
    return signal ?? (after == before ? nil : .a20(enabled: after))
  }
}
