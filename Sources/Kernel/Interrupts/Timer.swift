// SPDX-License-Identifier: GPL-2.0-or-later
import Synchronization
import X86

/// Counter 0 of the 8254, which interrupts by line 0, and the ticks that it has made.
enum Timer {
  private static let count = Atomic<UInt64>(0)

  /// Ticks in a second.
  static var hertz: UInt32 { 100 }

  /// Ticks since `start`.
  static var ticks: UInt64 { count.load(ordering: .relaxed) }

  /// Counts one; called by the handler.
  static func tick() { count.add(1, ordering: .relaxed) }

  /// What the counter counts from, rounded to the nearest.
  static var divisor: UInt16 { UInt16((PITWord.hertz + hertz / 2) / hertz) }

  /// Has the counter interrupt `hertz` times in a second.
  static func start(_ ports: some PortSpace) {
    ports.write(PITWord.counter0Rate, to: .pitControl)
    ports.write(UInt8(truncatingIfNeeded: divisor), to: .pitCounter0)
    ports.write(UInt8(truncatingIfNeeded: divisor >> 8), to: .pitCounter0)
  }
}
