// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// Keeps the guest's time in step with the wall clock: one nanosecond for one.
///
/// The guest is never ahead. When the host is too slow, what the guest missed is dropped rather than
/// made up for, so that the guest's time lags but never jumps.
struct Pacer {
  /// The most nanoseconds that the guest makes up for.
  static let slack: UInt64 = 20_000_000

  private var wall: UInt64
  private var guest: GuestTime

  /// A pacer that starts at `guest`, when the wall clock shows `wall` nanoseconds.
  init(wall: UInt64, guest: GuestTime) {
    self.wall = wall
    self.guest = guest
  }

  /// Where the guest should be when the wall clock shows `wall`.
  func due(at wall: UInt64) -> GuestTime { guest + (wall > self.wall ? wall - self.wall : 0) }

  /// What the wall clock shows when the guest should be at `moment`.
  func wall(of moment: GuestTime) -> UInt64 {
    let (sum, overflow) = wall.addingReportingOverflow(moment - guest)
    return overflow ? .max : sum
  }

  /// Drops what a guest at `now` is behind by more than the slack.
  mutating func dropLag(at wall: UInt64, guest now: GuestTime) {
    guard due(at: wall) - now > Self.slack else { return }
    self = Pacer(wall: wall - Self.slack, guest: now)
  }
}
