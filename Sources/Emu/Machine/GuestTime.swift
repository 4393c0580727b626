// SPDX-License-Identifier: GPL-2.0-or-later

/// A moment of the guest's virtual time, in nanoseconds since the machine was switched on.
///
/// Time is virtual: one executed instruction is one nanosecond, an access to a port takes a
/// microsecond more, and a processor that waits in HLT is moved ahead to the next thing that happens.
/// So the same run gives the same times.
public struct GuestTime: Hashable, Comparable, Sendable {
  /// Nanoseconds since power-on.
  public var nanoseconds: UInt64

  /// The moment `nanoseconds` after power-on.
  @inlinable public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// The end of time.
  public static let distant = GuestTime(nanoseconds: .max)

  /// Power-on.
  public static let zero = GuestTime(nanoseconds: 0)

  /// Whether `a` is earlier than `b`.
  @inlinable public static func < (a: GuestTime, b: GuestTime) -> Bool {
    a.nanoseconds < b.nanoseconds
  }
}

extension GuestTime {
  /// The moment `nanoseconds` later; the end of time if that is past it.
  public static func + (moment: GuestTime, nanoseconds: UInt64) -> GuestTime {
    let (sum, overflow) = moment.nanoseconds.addingReportingOverflow(nanoseconds)
    return GuestTime(nanoseconds: overflow ? .max : sum)
  }

  /// Nanoseconds from `b` to `a`; 0 if `a` is not later.
  public static func - (a: GuestTime, b: GuestTime) -> UInt64 {
    a > b ? a.nanoseconds - b.nanoseconds : 0
  }
}
