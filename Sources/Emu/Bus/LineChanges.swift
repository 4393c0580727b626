// SPDX-License-Identifier: GPL-2.0-or-later

/// When the interrupt lines that time can move will next do so, if nobody touches their devices.
///
/// A moment that has come means: look at the line. Zero has always come.
struct LineChanges: Equatable, Sendable {
  /// The timer's line rises or falls.
  var timer = GuestTime.zero
  /// The keyboard controller's line rises; it falls by an access only.
  var keyboard = GuestTime.zero
  /// The clock's line rises; it falls by an access only.
  var clock = GuestTime.zero

  /// What never comes.
  static let never = GuestTime(nanoseconds: .max)

  /// The first of them.
  @inline(__always)
  var first: GuestTime { min(timer, keyboard, clock) }
}
