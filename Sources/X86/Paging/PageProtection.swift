// SPDX-License-Identifier: GPL-2.0-or-later

/// What a TLB entry may allow without asking the tables again.
public struct PageProtection: OptionSet, Hashable, Sendable {
  /// Bit 0 read, bit 1 write, bit 2 execute.
  public let rawValue: UInt8

  /// The protection with these bits.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Data may be read.
  @inlinable public static var read: Self { Self(rawValue: 1 << 0) }
  /// Data may be written.
  @inlinable public static var write: Self { Self(rawValue: 1 << 1) }
  /// Instructions may be fetched.
  @inlinable public static var execute: Self { Self(rawValue: 1 << 2) }
}

extension PagingState {
  /// What may be cached for the page of `walk` and the privilege of its access; empty unless mapped.
  ///
  /// Writes are left out as long as the page's D flag is neither set nor being set by this access, so
  /// that the first write comes back to the walk and sets it.
  @inlinable public func cacheableProtection(of walk: PageWalk) -> PageProtection {
    guard case .mapped(let mapping) = walk.outcome else { return [] }
    guard let page = walk.steps.last else { return [.read, .write, .execute] }
    let privilege = walk.access.privilege
    var protection: PageProtection = []
    if denial(of: PageAccess(.read, as: privilege), by: mapping.rights) == nil {
      protection.insert(.read)
    }
    if page.entry.flags.union(page.sets).contains(.dirty),
      denial(of: PageAccess(.write, as: privilege), by: mapping.rights) == nil
    {
      protection.insert(.write)
    }
    if denial(of: PageAccess(.fetch, as: privilege), by: mapping.rights) == nil {
      protection.insert(.execute)
    }
    return protection
  }
}
