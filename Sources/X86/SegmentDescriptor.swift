// SPDX-License-Identifier: GPL-2.0-or-later

/// A segment descriptor: eight bytes of the GDT or an LDT.
///
///      63        56 55    52 51    48 47          40 39                              32
///     ┌────────────┬────────┬────────┬──────────────┬──────────────────────────────────┐
///     │ base 31..24│ flags  │ limit  │    access    │           base 23..16            │
///     │            │G D L A │ 19..16 │P DPL S  type │                                  │
///     └────────────┴────────┴────────┴──────────────┴──────────────────────────────────┘
///      31                          16 15                                              0
///     ┌──────────────────────────────┬─────────────────────────────────────────────────┐
///     │          base 15..0          │                   limit 15..0                   │
///     └──────────────────────────────┴─────────────────────────────────────────────────┘
///
/// Intel SDM Vol. 3A §3.4.5 "Segment Descriptors", Figure 3-8.
public struct SegmentDescriptor: Hashable, Sendable {
  /// The eight bytes, little-endian.
  public let rawValue: UInt64

  /// The descriptor with these bytes.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The descriptor of these fields; `limit` is the 20-bit field, in bytes or, with `.granularity`,
  /// in units of 4 KiB less one. Traps if it is wider.
  @inlinable public init(base: UInt32, limit: UInt32, access: Access, flags: Flags) {
    precondition(limit <= 0xf_ffff, "a segment limit has 20 bits")
    let base = UInt64(base)
    let limit = UInt64(limit)
    rawValue =
      (base & 0xff00_0000) << 32 | UInt64(flags.rawValue) << 52 | (limit & 0xf_0000) << 32
      | UInt64(access.rawValue) << 40 | (base & 0xff_ffff) << 16 | limit & 0xffff
  }

  /// The access byte: what the segment is and who may use it.
  ///
  ///       7    6  5    4    3    2    1    0
  ///     ┌────┬───────┬────┬────┬────┬────┬────┐
  ///     │ P  │  DPL  │ S  │code│ C/E│ R/W│ A  │     S = 1: code or data
  ///     │ P  │  DPL  │ 0  │        type       │     S = 0: system
  ///     └────┴───────┴────┴────┴────┴────┴────┘
  public struct Access: OptionSet, Hashable, Sendable {
    /// The byte.
    public let rawValue: UInt8

    /// The access byte with these bits.
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A: the segment was loaded into a register since the bit was last cleared.
    @inlinable public static var accessed: Access { Access(rawValue: 1 << 0) }
    /// Code may be read, data may be written.
    @inlinable public static var readableOrWritable: Access { Access(rawValue: 1 << 1) }
    /// Code is conforming, data expands down.
    @inlinable public static var conformingOrExpandDown: Access { Access(rawValue: 1 << 2) }
    /// Code rather than data.
    @inlinable public static var code: Access { Access(rawValue: 1 << 3) }
    /// S: code or data rather than a system segment.
    @inlinable public static var codeOrData: Access { Access(rawValue: 1 << 4) }
    /// P: the segment is present.
    @inlinable public static var present: Access { Access(rawValue: 1 << 7) }

    /// The bits that make the descriptor privilege level `level`, 0...3.
    @inlinable public static func privilege(_ level: UInt8) -> Access {
      Access(rawValue: (level & 3) << 5)
    }

    /// The descriptor privilege level, 0...3.
    @inlinable public var privilegeLevel: UInt8 { rawValue >> 5 & 3 }

    /// The type field, 0...15; its meaning for S = 0 is in Intel SDM Vol. 3A Table 3-2
    /// "System-Segment and Gate-Descriptor Types".
    @inlinable public var type: UInt8 { rawValue & 0xf }
  }

  /// The four flags above the limit.
  public struct Flags: OptionSet, Hashable, Sendable {
    /// The flags in bits 3..0.
    public let rawValue: UInt8

    /// The flags with these bits.
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// AVL: the system's to use.
    @inlinable public static var available: Flags { Flags(rawValue: 1 << 0) }
    /// L: 64-bit code.
    @inlinable public static var long: Flags { Flags(rawValue: 1 << 1) }
    /// D/B: 32-bit code, stack or bound.
    @inlinable public static var big: Flags { Flags(rawValue: 1 << 2) }
    /// G: the limit counts 4 KiB units.
    @inlinable public static var granularity: Flags { Flags(rawValue: 1 << 3) }
  }

  /// The linear address of the segment's first byte; bits 31..0.
  @inlinable public var base: UInt32 {
    UInt32(rawValue >> 16 & 0xff_ffff) | UInt32(rawValue >> 32 & 0xff00_0000)
  }

  /// The limit field, 20 bits.
  @inlinable public var limit: UInt32 {
    UInt32(rawValue & 0xffff) | UInt32(rawValue >> 32 & 0xf_0000)
  }

  /// The largest offset in bytes: the limit scaled by G.
  @inlinable @inline(__always) public var byteLimit: UInt32 {
    flags.contains(.granularity) ? limit << 12 | 0xfff : limit
  }

  /// The access byte.
  @inlinable public var access: Access {
    Access(rawValue: UInt8(truncatingIfNeeded: rawValue >> 40))
  }

  /// The flags.
  @inlinable public var flags: Flags { Flags(rawValue: UInt8(rawValue >> 52 & 0xf)) }
}
