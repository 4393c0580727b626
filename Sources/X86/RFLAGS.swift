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
  @inlinable public static var carry: RFLAGS { RFLAGS(rawValue: 1 << 0) }
  /// Bit 1, which is always 1.
  @inlinable public static var alwaysOne: RFLAGS { RFLAGS(rawValue: 1 << 1) }
  /// PF: the low byte has an even number of ones.
  @inlinable public static var parity: RFLAGS { RFLAGS(rawValue: 1 << 2) }
  /// AF: carry out of bit 3.
  @inlinable public static var adjust: RFLAGS { RFLAGS(rawValue: 1 << 4) }
  /// ZF: the result is zero.
  @inlinable public static var zero: RFLAGS { RFLAGS(rawValue: 1 << 6) }
  /// SF: the highest bit of the result.
  @inlinable public static var sign: RFLAGS { RFLAGS(rawValue: 1 << 7) }
  /// TF: #DB after each instruction.
  @inlinable public static var trap: RFLAGS { RFLAGS(rawValue: 1 << 8) }
  /// IF: maskable interrupts are accepted.
  @inlinable public static var interrupts: RFLAGS { RFLAGS(rawValue: 1 << 9) }
  /// DF: string instructions count down.
  @inlinable public static var direction: RFLAGS { RFLAGS(rawValue: 1 << 10) }
  /// OF: signed overflow.
  @inlinable public static var overflow: RFLAGS { RFLAGS(rawValue: 1 << 11) }
  /// NT: IRET returns to another task.
  @inlinable public static var nestedTask: RFLAGS { RFLAGS(rawValue: 1 << 14) }
  /// RF: no instruction breakpoint on the next instruction.
  @inlinable public static var resume: RFLAGS { RFLAGS(rawValue: 1 << 16) }
  /// VM: virtual-8086 mode.
  @inlinable public static var virtual8086: RFLAGS { RFLAGS(rawValue: 1 << 17) }
  /// AC: alignment check at CPL 3; at CPL 0...2 the permission that SMAP asks for.
  @inlinable public static var alignmentCheck: RFLAGS { RFLAGS(rawValue: 1 << 18) }
  /// VIF: the virtual image of IF.
  @inlinable public static var virtualInterrupt: RFLAGS { RFLAGS(rawValue: 1 << 19) }
  /// VIP: a virtual interrupt is pending.
  @inlinable public static var virtualInterruptPending: RFLAGS { RFLAGS(rawValue: 1 << 20) }
  /// ID: can be toggled where CPUID exists.
  @inlinable public static var identification: RFLAGS { RFLAGS(rawValue: 1 << 21) }

  /// The bits that are always 0: 3, 5, 15 and 63..22.
  @inlinable public static var reserved: RFLAGS { RFLAGS(rawValue: ~0x3f_7fd7) }

  /// IOPL: the highest CPL that may use I/O instructions, CLI and STI; 0...3.
  @inlinable public var ioPrivilegeLevel: UInt8 { UInt8(rawValue >> 12 & 3) }
}
