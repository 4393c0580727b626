// SPDX-License-Identifier: GPL-2.0-or-later
import Synchronization
import X86

/// Counter 0 of the 8254, which interrupts by line 0, and the ticks that it has made.
enum Timer {
  private static let count = Atomic<UInt64>(0)

  private static let rate = Atomic<UInt32>(usual)

  /// Ticks in a second if nobody asks for others.
  static let usual: UInt32 = 100

  /// What can be asked for: the counter goes down from 65535 at most, and a handler takes its time.
  static let rates: ClosedRange<UInt32> = 19...10_000

  /// Ticks in a second.
  static var hertz: UInt32 { rate.load(ordering: .relaxed) }

  /// Ticks since `start`.
  static var ticks: UInt64 { count.load(ordering: .relaxed) }

  /// Counts one; called by the handler.
  static func tick() { count.add(1, ordering: .relaxed) }

  /// What the counter counts from, rounded to the nearest.
  static var divisor: UInt16 { UInt16((PITWord.hertz + hertz / 2) / hertz) }

  /// Has the counter interrupt `hertz` times in a second, a number of `rates`.
  static func start(_ ports: some PortSpace, hertz: UInt32 = usual) {
    rate.store(hertz, ordering: .relaxed)
    ports.write(PITWord.counter0Rate, to: .pitControl)
    ports.write(UInt8(truncatingIfNeeded: divisor), to: .pitCounter0)
    ports.write(UInt8(truncatingIfNeeded: divisor >> 8), to: .pitCounter0)
  }
}
