// SPDX-License-Identifier: GPL-2.0-or-later

/// A quartz on the board: pulses at a fixed frequency, derived exactly from guest time.
///
/// Pulse `n` comes at the first nanosecond at or after n / frequency seconds.
struct Oscillator: Sendable {
  /// The clock of the interval timer: a third of the colour burst frequency.
  static let timer = Oscillator(frequency: 1_193_182)
  /// The clock of the real-time clock.
  static let realTimeClock = Oscillator(frequency: 32_768)

  private static let nanosecondsPerSecond: UInt64 = 1_000_000_000

  /// Pulses per second, below one per nanosecond.
  let frequency: UInt64

  /// The pulses that came until `moment`, that moment included.
  func pulses(at moment: GuestTime) -> UInt64 {
    // The product needs 128 bits; the quotient is smaller than `nanoseconds` and always fits.
    let product = moment.nanoseconds.multipliedFullWidth(by: frequency)
    return Self.nanosecondsPerSecond.dividingFullWidth(product).quotient
  }

  /// When pulse `pulse` comes; nil if that lies beyond the end of time, 584 years.
  func moment(ofPulse pulse: UInt64) -> GuestTime? {
    let product = pulse.multipliedFullWidth(by: Self.nanosecondsPerSecond)
    guard product.high < frequency else { return nil }
    let (quotient, remainder) = frequency.dividingFullWidth(product)
    let (rounded, overflow) = quotient.addingReportingOverflow(remainder == 0 ? 0 : 1)
    return overflow ? nil : GuestTime(nanoseconds: rounded)
  }
}
