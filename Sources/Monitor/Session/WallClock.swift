// SPDX-License-Identifier: GPL-2.0-or-later

/// The host's clock that never goes back.
enum WallClock {
  private static let start = ContinuousClock.now

  /// Nanoseconds since some moment in this process's past.
  static func now() -> UInt64 { (ContinuousClock.now - start).nanoseconds }
}
