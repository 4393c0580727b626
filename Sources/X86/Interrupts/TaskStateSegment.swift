// SPDX-License-Identifier: GPL-2.0-or-later

/// Where the stacks for a change of privilege lie in a TSS: offsets in bytes from its base.
///
///     64-bit                     32-bit                    16-bit
///     0x04 RSP0                  0x04 ESP0                 0x02 SP0
///     0x0c RSP1                  0x08 SS0                  0x04 SS0
///     0x14 RSP2                  0x0c ESP1                 0x06 SP1
///     0x24 IST1                  0x10 SS1                  0x08 SS1
///      …                         0x14 ESP2                 0x0a SP2
///     0x54 IST7                  0x18 SS2                  0x0c SS2
///     0x66 I/O map base          0x66 I/O map base
///
/// Intel SDM Vol. 3A §7.7 "Task Management in 64-bit Mode", Figure 7-11; §7.2.1 "Task-State Segment
/// (TSS)", Figure 7-2; §7.6 "16-Bit Task-State Segment (TSS)", Figure 7-10.
public enum TaskStateSegment {
  /// A 64-bit TSS.
  public enum Long {
    /// The eight bytes of RSP for privilege `level`, 0...2.
    @inlinable public static func rsp(_ level: UInt8) -> UInt32 { 0x04 + 8 * UInt32(level) }
    /// The eight bytes of stack `index` of the interrupt stack table, 1...7.
    @inlinable public static func ist(_ index: UInt8) -> UInt32 { 0x1c + 8 * UInt32(index) }
  }

  /// A 32-bit TSS.
  public enum Wide {
    /// The four bytes of ESP for privilege `level`, 0...2.
    @inlinable public static func esp(_ level: UInt8) -> UInt32 { 0x04 + 8 * UInt32(level) }
    /// The two bytes of SS for privilege `level`, 0...2.
    @inlinable public static func ss(_ level: UInt8) -> UInt32 { 0x08 + 8 * UInt32(level) }
  }

  /// A 16-bit TSS.
  public enum Narrow {
    /// The two bytes of SP for privilege `level`, 0...2.
    @inlinable public static func sp(_ level: UInt8) -> UInt32 { 0x02 + 4 * UInt32(level) }
    /// The two bytes of SS for privilege `level`, 0...2.
    @inlinable public static func ss(_ level: UInt8) -> UInt32 { 0x04 + 4 * UInt32(level) }
  }

  /// The offset of the I/O permission bit map's own offset, two bytes, in a 32- or 64-bit TSS.
  public static let ioMapBase: UInt32 = 0x66
}
