// SPDX-License-Identifier: GPL-2.0-or-later

/// When the interrupt lines that time can move will next do so, if nobody touches their devices.
///
/// A moment that has come means: look at the line. Zero has always come.
struct LineChanges: Equatable, Sendable {
  /// The timer's line rises or falls.
  var timer = GuestTime.zero
  /// The timer's line rises; at the same moment, or at the next change.
  var timerRise = GuestTime.zero
  /// The keyboard controller's line rises; it falls by an access only.
  var keyboard = GuestTime.zero
  /// The clock's line rises; it falls by an access only.
  var clock = GuestTime.zero

  /// What never comes.
  static let never = GuestTime(nanoseconds: .max)

  /// The first of them.
  @inline(__always)
  var first: GuestTime { min(timer, keyboard, clock) }

  /// The first moment at which one of these lines rises and by that raises INT in `pic`; nil if none does.
  func nextRise(in pic: PIC8259Pair, timer: Bool) -> GuestTime? {
    var first = Self.never
    // The guest's timer is often all there is: the others are not looked at unless they come earlier.
    if timer, timerRise < first, pic.raisesINT(by: .timer) { first = timerRise }
    if keyboard < first, pic.raisesINT(by: .keyboard) { first = keyboard }
    if clock < first, pic.raisesINT(by: .clock) { first = clock }
    return first < Self.never ? first : nil
  }
}
