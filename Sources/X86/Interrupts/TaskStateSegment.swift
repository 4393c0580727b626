// SPDX-License-Identifier: GPL-2.0-or-later

/// Where things lie in a TSS: offsets in bytes from its base. The stacks for a change of privilege:
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
    /// Bytes, without an I/O permission bit map.
    public static let size: UInt32 = 0x68
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

  /// Where a task's own state lies: what a task switch saves and loads.
  ///
  ///     32-bit                              16-bit
  ///     0x00 link to the previous task      0x00 link to the previous task
  ///     0x1c CR3
  ///     0x20 EIP                            0x0e IP
  ///     0x24 EFLAGS                         0x10 FLAGS
  ///     0x28 EAX ECX EDX EBX                0x12 AX CX DX BX
  ///     0x38 ESP EBP ESI EDI                0x1a SP BP SI DI
  ///     0x48 ES CS SS DS FS GS              0x22 ES CS SS DS
  ///     0x60 LDT                            0x2a LDT
  ///     0x64 T, bit 0
  ///
  /// Fields have the size's width; of selectors in 32-bit fields the upper half is reserved.
  public struct Layout: Sendable {
    /// The bytes of a field.
    public let width: UInt32
    /// The offsets of the instruction pointer, the flags, the first of eight general registers and the
    /// first of the segment registers.
    public let instruction, flags, registers, segments: UInt32
    /// How many segment registers there are.
    public let segmentCount: Int
    /// The offset of the LDT's selector.
    public let localTable: UInt32
    /// The lowest limit of a TSS (Intel SDM Vol. 3A §7.2.2 "TSS Descriptor").
    public let lowestLimit: UInt32

    /// A 32-bit TSS.
    public static let wide = Layout(
      width: 4, instruction: 0x20, flags: 0x24, registers: 0x28, segments: 0x48, segmentCount: 6,
      localTable: 0x60, lowestLimit: 0x67)
    /// A 16-bit TSS.
    public static let narrow = Layout(
      width: 2, instruction: 0x0e, flags: 0x10, registers: 0x12, segments: 0x22, segmentCount: 4,
      localTable: 0x2a, lowestLimit: 0x2b)
  }

  /// The offset of CR3 in a 32-bit TSS.
  public static let pageTables: UInt32 = 0x1c
  /// The offset of the T flag in a 32-bit TSS.
  public static let trap: UInt32 = 0x64

  /// The offset of the I/O permission bit map's own offset, two bytes, in a 32- or 64-bit TSS.
  public static let ioMapBase: UInt32 = 0x66
}
