// SPDX-License-Identifier: GPL-2.0-or-later

/// One level of the paging structures, by the name of its table; raw values count up from the page.
public enum PagingLevel: UInt8, Comparable, Sendable {
  /// Page table.
  case pt = 1
  /// Page directory.
  case pd = 2
  /// Page-directory-pointer table.
  case pdpt = 3
  /// Page map, level 4.
  case pml4 = 4

  /// Whether `a` is nearer to the page than `b`.
  @inlinable public static func < (a: PagingLevel, b: PagingLevel) -> Bool {
    a.rawValue < b.rawValue
  }

  /// The table's name.
  public var name: String {
    // swift-format-ignore
    switch self {
    case .pt:   "PT"
    case .pd:   "PD"
    case .pdpt: "PDPT"
    case .pml4: "PML4"
    }
  }
}

// How a linear address is cut into one index per level and an offset within the page:
//
//               63      48 47     39 38     30 29     21 20     12 11         0
//              ┌──────────┬─────────┬─────────┬─────────┬─────────┬────────────┐
//     4-level  │ sign of  │  PML4   │  PDPT   │   PD    │   PT    │   offset   │
//              │  bit 47  │ 9 bits  │ 9 bits  │ 9 bits  │ 9 bits  │  12 bits   │
//              └──────────┴─────────┴─────────┴─────────┴─────────┴────────────┘
//                                       31 30 29     21 20     12 11         0
//                                      ┌─────┬─────────┬─────────┬────────────┐
//     PAE                              │PDPT │   PD    │   PT    │   offset   │
//                                      │2 bit│ 9 bits  │ 9 bits  │  12 bits   │
//                                      └─────┴─────────┴─────────┴────────────┘
//                                       31         22 21       12 11         0
//                                      ┌─────────────┬───────────┬────────────┐
//     32-bit                           │     PD      │    PT     │   offset   │
//                                      │   10 bits   │  10 bits  │  12 bits   │
//                                      └─────────────┴───────────┴────────────┘
//
// A large page keeps the indices below its level as part of the offset.
// Intel SDM Vol. 3A Figures 4-2, 4-5 and 4-8 "Linear-Address Translation to a 4-KByte Page".

extension PagingMode {
  /// The level that CR3 points to; nil without paging.
  @inlinable public var topLevel: PagingLevel? {
    // swift-format-ignore
    switch self {
    case .off:       nil
    case .bits32:    .pd
    case .pae:       .pdpt
    case .fourLevel: .pml4
    }
  }

  /// The size of an entry in bytes; 4 or 8.
  @inlinable public var entrySize: UInt64 { self == .bits32 ? 4 : 8 }

  /// The number of address bits below the index of `level`: an entry there covers 2^shift bytes.
  @inlinable @inline(__always) public func shift(of level: PagingLevel) -> UInt64 {
    12 + (self == .bits32 ? 10 : 9) * UInt64(level.rawValue - 1)
  }

  /// The index that `address` has in a table of `level`.
  @inlinable @inline(__always) public func index(of address: VirtAddr, at level: PagingLevel)
    -> UInt16
  {
    let width: UInt64 = self == .bits32 ? 10 : self == .pae && level == .pdpt ? 2 : 9
    return UInt16(address.value >> shift(of: level) & (1 << width - 1))
  }
}
