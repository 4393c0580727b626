// SPDX-License-Identifier: GPL-2.0-or-later

/// One of the interval timer's counters as the bus sees it: bytes, latches and the status.
struct PITChannel: Equatable, Sendable {
  /// Which bytes of a count go over the bus (control word bits 5..4).
  private enum Access: UInt8 {
    case low = 1
    case high = 2
    case lowThenHigh = 3
  }

  private(set) var control: UInt8
  private(set) var counter: PITCounter
  /// The low byte of a count whose high byte is still to come.
  private var writtenLow: UInt8?
  /// Whether the next byte to read is the high one of two.
  private var readsHigh = false
  private var latchedCount: UInt16?
  private var latchedStatus: UInt8?

  /// A channel programmed at power-on, its count, if there is one, loaded.
  init(control: UInt8, gate: Bool, count: UInt64?) {
    self.control = control
    counter = PITCounter(
      mode: PITCounter.Mode(bits: control >> 1), decimal: control & 1 == 1, gate: gate, pulse: 0)
    if let count { counter.write(count: count, at: 0) }
  }

  /// Takes a control word, which starts the channel afresh.
  mutating func program(control: UInt8, at pulse: UInt64) {
    self.control = control
    counter = PITCounter(
      mode: PITCounter.Mode(bits: control >> 1), decimal: control & 1 == 1, gate: counter.gate,
      pulse: pulse)
    writtenLow = nil
    readsHigh = false
    latchedCount = nil
    latchedStatus = nil
  }

  private var access: Access { Access(rawValue: control >> 4 & 3) ?? .lowThenHigh }

  /// Takes a byte of a new count.
  mutating func write(_ byte: UInt8, at pulse: UInt64) {
    switch access {
    case .low: write(count: UInt16(byte), at: pulse)
    case .high: write(count: UInt16(byte) << 8, at: pulse)
    case .lowThenHigh:
      if let low = writtenLow {
        writtenLow = nil
        write(count: UInt16(byte) << 8 | UInt16(low), at: pulse)
      } else {
        writtenLow = byte
        counter.beginCount(at: pulse)
      }
    }
  }

  private mutating func write(count: UInt16, at pulse: UInt64) {
    let value = control & 1 == 1 ? Self.value(ofDecimal: count) : UInt64(count)
    // Digits above 9 are the guest's mistake; they must not reach past the modulus.
    counter.write(count: value % counter.modulus, at: pulse)
  }

  /// Gives the next byte: a latched status, else a latched count, else the count of this moment.
  mutating func read(at pulse: UInt64) -> UInt8 {
    if let status = latchedStatus {
      latchedStatus = nil
      return status
    }
    let count = latchedCount ?? count(at: pulse)
    let isHigh = access == .high || access == .lowThenHigh && readsHigh
    if access == .lowThenHigh { readsHigh.toggle() }
    if !readsHigh { latchedCount = nil }
    return UInt8(truncatingIfNeeded: isHigh ? count >> 8 : count)
  }

  /// Holds the count for reading; one that is already held stays.
  mutating func latchCount(at pulse: UInt64) {
    if latchedCount == nil { latchedCount = count(at: pulse) }
  }

  //   7        6         5 4    3 2 1    0
  // output  null count  access  mode  decimal
  /// Holds the status for reading; one that is already held stays.
  mutating func latchStatus(at pulse: UInt64) {
    guard latchedStatus == nil else { return }
    let counter = counter.advanced(to: pulse)
    latchedStatus =
      (counter.out ? 0x80 : 0) | (counter.isNull ? 0x40 : 0) | control & 0x30
      | counter.mode.rawValue << 1 | control & 1
  }

  mutating func setGate(_ gate: Bool, at pulse: UInt64) { counter.set(gate: gate, at: pulse) }

  private func count(at pulse: UInt64) -> UInt16 {
    let value = counter.advanced(to: pulse).value
    return control & 1 == 1 ? Self.decimal(value) : UInt16(truncatingIfNeeded: value)
  }
}

// MARK: - Decimal

extension PITChannel {
  /// The number that four decimal digits spell.
  private static func value(ofDecimal digits: UInt16) -> UInt64 {
    let digit = { (place: UInt16) in UInt64(digits >> (4 * place) & 0xF) }
    return digit(3) * 1000 + digit(2) * 100 + digit(1) * 10 + digit(0)
  }

  /// The four decimal digits of `value`, 0...9999.
  private static func decimal(_ value: UInt64) -> UInt16 {
    let hundreds = (value / 1000) << 4 | value / 100 % 10
    let units = (value / 10 % 10) << 4 | value % 10
    return UInt16(truncatingIfNeeded: hundreds << 8 | units)
  }
}
