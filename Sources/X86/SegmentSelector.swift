// SPDX-License-Identifier: GPL-2.0-or-later

/// A segment selector: which descriptor, in which table, asked for with which privilege.
///
///      15                                3   2    1   0
///     ┌───────────────────────────────────┬────┬────────┐
///     │               index               │ TI │  RPL   │
///     └───────────────────────────────────┴────┴────────┘
///
/// Intel SDM Vol. 3A §3.4.2 "Segment Selectors".
public struct SegmentSelector: Hashable, Sendable {
  /// The 16 bits as a segment register holds them.
  public let rawValue: UInt16

  /// The selector with these bits.
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The selector of descriptor `index` (0...8191); traps if index or level is out of range.
  @inlinable public init(index: Int, table: Table = .global, rpl: UInt8 = 0) {
    precondition(0...8191 ~= index && rpl <= 3, "selector out of range")
    rawValue = UInt16(index) << 3 | (table == .local ? 4 : 0) | UInt16(rpl)
  }

  /// The tables that a selector can point into (the TI bit).
  public enum Table: Sendable {
    case global, local
  }

  /// The descriptor's number in its table.
  @inlinable public var index: Int { Int(rawValue >> 3) }

  /// The descriptor's table.
  @inlinable public var table: Table { rawValue & 4 == 0 ? .global : .local }

  /// The requested privilege level, 0...3; in CS it is the current one.
  @inlinable public var rpl: UInt8 { UInt8(rawValue & 3) }

  /// The descriptor's offset in its table in bytes.
  @inlinable public var offset: UInt64 { UInt64(rawValue & 0xfff8) }

  /// Whether it selects nothing: entry 0 of the GDT, whatever the RPL.
  @inlinable public var isNull: Bool { rawValue & 0xfffc == 0 }
}
