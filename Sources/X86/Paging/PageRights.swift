// SPDX-License-Identifier: GPL-2.0-or-later

/// What the entries of a walk allow together: a right must be given on every level.
///
/// Intel SDM Vol. 3A §4.6.1 "Determination of Access Rights".
public struct PageRights: OptionSet, Hashable, Sendable {
  /// The rights, R/W and U/S at their places in an entry.
  public let rawValue: UInt8

  /// The rights with these bits.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// XD is 0: instructions may be fetched.
  @inlinable public static var executable: Self { Self(rawValue: 1 << 0) }
  /// R/W is 1: data may be written.
  @inlinable public static var writable: Self { Self(rawValue: 1 << 1) }
  /// U/S is 1: a user-mode address.
  @inlinable public static var user: Self { Self(rawValue: 1 << 2) }

  /// Every right: what a walk starts with.
  @inlinable public static var all: Self { Self(rawValue: 0b111) }
}

extension PageTableEntry {
  /// What this entry alone allows.
  @inlinable public var rights: PageRights {
    PageRights(rawValue: UInt8(truncatingIfNeeded: rawValue & 0b110 | ~rawValue >> 63))
  }
}
