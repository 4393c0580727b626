// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A quartz on the board: pulses at a fixed frequency, derived exactly from guest time.
///
/// Pulse `n` comes at the first nanosecond at or after n / frequency seconds.
struct Oscillator: Sendable {
  /// The clock of the interval timer: a third of the colour burst frequency.
  static let timer = Oscillator(frequency: UInt64(PITWord.hertz))
  /// The clock of the real-time clock.
  static let realTimeClock = Oscillator(frequency: 32_768)

  private static let nanosecondsPerSecond: UInt64 = 1_000_000_000

  /// Pulses per second, at most one per nanosecond.
  let frequency: UInt64

  // Whole seconds are split off first, so that every product fits in 64 bits.

  /// The pulses that came until `moment`, that moment included.
  func pulses(at moment: GuestTime) -> UInt64 {
    let (seconds, rest) = moment.nanoseconds.quotientAndRemainder(
      dividingBy: Self.nanosecondsPerSecond)
    return seconds * frequency + rest * frequency / Self.nanosecondsPerSecond
  }

  /// When pulse `pulse` comes; nil if that lies beyond the end of time, 584 years.
  func moment(ofPulse pulse: UInt64) -> GuestTime? {
    let (seconds, rest) = pulse.quotientAndRemainder(dividingBy: frequency)
    let (whole, isTooLate) = seconds.multipliedReportingOverflow(by: Self.nanosecondsPerSecond)
    let part = (rest * Self.nanosecondsPerSecond + frequency - 1) / frequency
    let (nanoseconds, isLater) = whole.addingReportingOverflow(part)
    return isTooLate || isLater ? nil : GuestTime(nanoseconds: nanoseconds)
  }
}
