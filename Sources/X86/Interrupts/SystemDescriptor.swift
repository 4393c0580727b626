// SPDX-License-Identifier: GPL-2.0-or-later

/// The descriptor of a TSS or an LDT in IA-32e mode: sixteen bytes of the GDT, two entries in a row.
///
///      127                             96 95                                           64
///     ┌──────────────────────────────────┬───────────────────────────────────────────────┐
///     │        reserved, zeros           │                 base 63..32                   │
///     └──────────────────────────────────┴───────────────────────────────────────────────┘
///      63                                                                               0
///     ┌──────────────────────────────────────────────────────────────────────────────────┐
///     │        as a `SegmentDescriptor`, with S = 0 and base 31..0                       │
///     └──────────────────────────────────────────────────────────────────────────────────┘
///
/// Intel SDM Vol. 3A §7.2.3 "TSS Descriptor in 64-bit mode", Figure 7-4.
public struct SystemDescriptor: Hashable, Sendable {
  /// Bytes 0...7.
  public let low: SegmentDescriptor
  /// Bytes 8...15.
  public let high: UInt64

  /// The descriptor of a present segment of `type` whose last byte is `base + limit`; traps if the
  /// limit has more than 20 bits.
  @inlinable public init(_ type: SystemSegmentType, base: UInt64, limit: UInt32) {
    low = SegmentDescriptor(
      base: UInt32(truncatingIfNeeded: base), limit: limit,
      access: SegmentDescriptor.Access(rawValue: type.rawValue | 0x80), flags: [])
    high = base >> 32
  }

  /// The linear address of the segment's first byte.
  @inlinable public var base: UInt64 { high << 32 | UInt64(low.base) }
}
