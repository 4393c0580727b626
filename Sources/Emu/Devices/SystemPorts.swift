// SPDX-License-Identifier: GPL-2.0-or-later

// The chipset's single-register ports: system control A (0x92) and B (0x61), reset control (0xCF9)
// and ACPI power management 1 (0x604).
//
// Models   fast A20 and both resets; speaker gate and data, refresh toggle, output of timer counter
//          2; switching off by sleep state 5.
// Leaves   memory parity and I/O channel check, which never fail; the speaker's sound; other sleep
// out      states; which parts a reset reaches, since the run ends with it.
// Source   Intel ICH9 Datasheet (316972), §13.7.1 "NMI_SC", §13.7.3 "PORT92", §13.7.5 "RST_CNT",
//          §13.8.3.3 "PM1_CNT".

/// System control port A, 0x92.
struct SystemControlA: Equatable, Sendable {
  //    7..2      1     0
  //  reserved   A20  reset
  private var value: UInt8 = 0x02

  /// Whether address line 20 is let through.
  var a20: Bool { value & 0x02 != 0 }

  func read() -> UInt8 { value }

  mutating func write(_ value: UInt8) -> Signal? {
    defer { self.value = value & 0x03 }
    // The rising edge resets.
    return value & ~self.value & 0x01 != 0 ? .reset(.systemControlPortA) : nil
  }
}

/// System control port B, 0x61.
struct SystemControlB: Equatable, Sendable {
  //    7       6      5     4        3            2          1       0
  //  parity  I/O chk OUT2 refresh  no I/O chk  no parity  speaker  gate 2
  private var value: UInt8 = 0

  /// Whether the gate of timer counter 2 is open.
  var gate2: Bool { value & 0x01 != 0 }

  /// Reads the port, given the output of timer counter 2.
  func read(out2: Bool, now: GuestTime) -> UInt8 {
    // Memory is refreshed every 18 pulses of the timer's clock, 15 us.
    let refresh = Oscillator.timer.pulses(at: now) / 18 & 1 == 1
    return value | (refresh ? 0x10 : 0) | (out2 ? 0x20 : 0)
  }

  mutating func write(_ value: UInt8) { self.value = value & 0x0F }
}

/// The reset control register, 0xCF9.
struct ResetControl: Equatable, Sendable {
  //    7..4       3           2          1         0
  //  reserved  full reset  reset CPU  hard reset  reserved
  private var value: UInt8 = 0

  func read() -> UInt8 { value }

  mutating func write(_ value: UInt8) -> Signal? {
    defer { self.value = value & 0x0E }
    // Bit 2 resets when it goes from 0 to 1; the others only choose what kind of reset that is.
    return value & ~self.value & 0x04 != 0 ? .reset(.resetControl) : nil
  }
}

/// The ACPI power management 1 control register, 16 bits.
struct PowerManagement: Equatable, Sendable {
  //   15..14      13        12..10      9..3      2   1      0
  //  reserved  sleep now  sleep type  reserved  GBL  BM  SCI enabled
  private static let sleepNow: UInt16 = 0x2000
  private static let sleepType: UInt16 = 0x1C00
  private var value: UInt16 = 0

  /// Reads byte `offset`, 0 or 1, of the register; the order to sleep cannot be read.
  func read(offset: UInt16) -> UInt8 { UInt8(truncatingIfNeeded: value >> (8 * offset)) }

  /// Writes byte `offset`, 0 or 1; sleep type 0 is soft-off, as on QEMU and Bochs.
  mutating func write(offset: UInt16, value byte: UInt8) -> Signal? {
    let written = value & ~(0xFF << (8 * offset)) | UInt16(byte) << (8 * offset)
    value = written & ~Self.sleepNow
    return written & (Self.sleepNow | Self.sleepType) == Self.sleepNow ? .powerOff : nil
  }
}
