// SPDX-License-Identifier: GPL-2.0-or-later

/// An entry of a paging structure, of any level and mode.
///
///      63  62 59 58    52 51         M M-1                12 11   9  8   7   6   5   4   3   2   1   0
///     ┌───┬─────┬────────┬────────────┬─────────────────────┬──────┬───┬───┬───┬───┬───┬───┬───┬───┬───┐
///     │XD │ key │ ignored│ reserved   │ address 4 KiB units │ free │ G │PS │ D │ A │PCD│PWT│U/S│R/W│ P │
///     └───┴─────┴────────┴────────────┴─────────────────────┴──────┴───┴───┴───┴───┴───┴───┴───┴───┴───┘
///
/// M is the width of a physical address (MAXPHYADDR). With 4-byte entries (32-bit paging) bits
/// 63..32 are zero here. Bit 7 is PS above the page table and PAT in it; D and G mean something only
/// in an entry that maps a page; a large page has PAT in bit 12. Which bits are reserved depends on
/// mode and level: see `PagingState.reservedBits(of:at:)`.
/// Intel SDM Vol. 3A Figures 4-4, 4-7 and 4-11 "Formats of CR3 and Paging-Structure Entries".
public struct PageTableEntry: Hashable, Sendable {
  /// The bits as they lie in memory.
  public var rawValue: UInt64

  /// The entry with these bits.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// An entry that points to `address`, whose bits 11..0 and 63..52 are dropped.
  @inlinable public init(address: PhysAddr, flags: Flags) {
    rawValue = address.value & Self.addressBits | flags.rawValue
  }

  /// Bits 51..12.
  @inlinable public static var addressBits: UInt64 { 0x000f_ffff_ffff_f000 }

  /// The flags of an entry.
  public struct Flags: OptionSet, Hashable, Sendable {
    /// The flags at their places in the entry.
    public let rawValue: UInt64

    /// The flags with these bits.
    @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// P: the entry is used; without it the other bits are the system's own.
    @inlinable public static var present: Self { Self(rawValue: 1 << 0) }
    /// R/W: writes are allowed.
    @inlinable public static var writable: Self { Self(rawValue: 1 << 1) }
    /// U/S: user-mode accesses are allowed.
    @inlinable public static var user: Self { Self(rawValue: 1 << 2) }
    /// PWT: write-through caching.
    @inlinable public static var writeThrough: Self { Self(rawValue: 1 << 3) }
    /// PCD: no caching.
    @inlinable public static var cacheDisable: Self { Self(rawValue: 1 << 4) }
    /// A: the entry was used for a translation.
    @inlinable public static var accessed: Self { Self(rawValue: 1 << 5) }
    /// D: the page was written to.
    @inlinable public static var dirty: Self { Self(rawValue: 1 << 6) }
    /// PS: the entry maps a large page.
    @inlinable public static var largePage: Self { Self(rawValue: 1 << 7) }
    /// G: the translation survives a change of CR3.
    @inlinable public static var global: Self { Self(rawValue: 1 << 8) }
    /// XD: no instruction fetches.
    @inlinable public static var noExecute: Self { Self(rawValue: 1 << 63) }

    /// All flags of an entry that points to a table or maps a 4 KiB page.
    @inlinable public static var all: Self { Self(rawValue: 1 << 63 | 0x1ff) }
  }

  /// The flags.
  @inlinable public var flags: Flags { Flags(rawValue: rawValue & Flags.all.rawValue) }

  /// P.
  @inlinable public var isPresent: Bool { rawValue & 1 != 0 }

  /// Bits 51..12: the next table, or the frame of a 4 KiB page.
  @inlinable public var address: PhysAddr { PhysAddr(rawValue & Self.addressBits) }

  /// The first byte of the page that this entry maps, if it maps one of `size`.
  @inlinable public func frame(of size: PageSize) -> PhysAddr {
    if size == .mib4 { return frame4MiB }
    return PhysAddr(rawValue & Self.addressBits & ~(size.rawValue - 1))
  }

  /// The frame of a 4 MiB page, whose upper address bits lie in the middle of the entry (PSE-36):
  ///
  ///      31        22  21  20          13  12  11
  ///     ┌────────────┬────┬───────────────┬───┬──────
  ///     │ PA 31..22  │ 0  │   PA 39..32   │PAT│ flags
  ///     └────────────┴────┴───────────────┴───┴──────
  ///
  /// Intel SDM Vol. 3A Table 4-4 "Format of a 32-Bit Page-Directory Entry that Maps a 4-MByte Page".
  @inlinable var frame4MiB: PhysAddr {
    PhysAddr(rawValue & 0xffc0_0000 | (rawValue >> 13 & 0xff) << 32)
  }
}

/// The sizes of a page; the raw value is the number of bytes.
public enum PageSize: UInt64, Sendable {
  case kib4 = 0x1000
  case mib2 = 0x20_0000
  case mib4 = 0x40_0000
  case gib1 = 0x4000_0000
}
