// SPDX-License-Identifier: GPL-2.0-or-later

/// RFLAGS: the results of arithmetic, and the program's control over the processor.
///
///      21  20  19  18  17  16  15  14  13 12  11  10   9   8   7   6   5   4   3   2   1   0
///     ┌───┬───┬───┬───┬───┬───┬───┬───┬──────┬───┬───┬───┬───┬───┬───┬───┬───┬───┬───┬───┬───┐
///     │ID │VIP│VIF│AC │VM │RF │ 0 │NT │ IOPL │OF │DF │IF │TF │SF │ZF │ 0 │AF │ 0 │PF │ 1 │CF │
///     └───┴───┴───┴───┴───┴───┴───┴───┴──────┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┘
///
/// Intel SDM Vol. 1 §3.4.3 "EFLAGS Register"; Vol. 3A §2.3 "System Flags and Fields in the EFLAGS
/// Register".
public struct RFLAGS: OptionSet, Hashable, Sendable {
  /// The register's 64 bits; 63..22 are reserved.
  public let rawValue: UInt64

  /// The register with these bits.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// CF: carry out of the highest bit.
  public static let carry = RFLAGS(rawValue: 1 << 0)
  /// Bit 1, which is always 1.
  public static let alwaysOne = RFLAGS(rawValue: 1 << 1)
  /// PF: the low byte has an even number of ones.
  public static let parity = RFLAGS(rawValue: 1 << 2)
  /// AF: carry out of bit 3.
  public static let adjust = RFLAGS(rawValue: 1 << 4)
  /// ZF: the result is zero.
  public static let zero = RFLAGS(rawValue: 1 << 6)
  /// SF: the highest bit of the result.
  public static let sign = RFLAGS(rawValue: 1 << 7)
  /// TF: #DB after each instruction.
  public static let trap = RFLAGS(rawValue: 1 << 8)
  /// IF: maskable interrupts are accepted.
  public static let interrupts = RFLAGS(rawValue: 1 << 9)
  /// DF: string instructions count down.
  public static let direction = RFLAGS(rawValue: 1 << 10)
  /// OF: signed overflow.
  public static let overflow = RFLAGS(rawValue: 1 << 11)
  /// NT: IRET returns to another task.
  public static let nestedTask = RFLAGS(rawValue: 1 << 14)
  /// RF: no instruction breakpoint on the next instruction.
  public static let resume = RFLAGS(rawValue: 1 << 16)
  /// VM: virtual-8086 mode.
  public static let virtual8086 = RFLAGS(rawValue: 1 << 17)
  /// AC: alignment check at CPL 3; at CPL 0...2 the permission that SMAP asks for.
  public static let alignmentCheck = RFLAGS(rawValue: 1 << 18)
  /// VIF: the virtual image of IF.
  public static let virtualInterrupt = RFLAGS(rawValue: 1 << 19)
  /// VIP: a virtual interrupt is pending.
  public static let virtualInterruptPending = RFLAGS(rawValue: 1 << 20)
  /// ID: can be toggled where CPUID exists.
  public static let identification = RFLAGS(rawValue: 1 << 21)

  /// The bits that are always 0: 3, 5, 15 and 63..22.
  public static let reserved = RFLAGS(rawValue: ~0x3f_7fd7)

  /// IOPL: the highest CPL that may use I/O instructions, CLI and STI; 0...3.
  @inlinable public var ioPrivilegeLevel: UInt8 { UInt8(rawValue >> 12 & 3) }
}
