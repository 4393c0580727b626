// SPDX-License-Identifier: GPL-2.0-or-later

// The registers that decide how the processor works, bit by bit, under the manual's names in lower
// case. Whether a bit may be set on a given processor is its model's business (`CPUModel`); the
// masks here say which bits no processor defines.

/// CR0: protection, paging and the floating-point unit.
///
/// Intel SDM Vol. 3A §2.5 "Control Registers".
public struct CR0: OptionSet, Hashable, Sendable {
  /// The register's 64 bits; 63..32 are reserved.
  public let rawValue: UInt64

  /// The register with these bits.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Protection enable: protected mode.
  public static let pe = CR0(rawValue: 1 << 0)
  /// Monitor coprocessor: WAIT raises #NM when TS is set.
  public static let mp = CR0(rawValue: 1 << 1)
  /// Emulation: there is no floating-point unit; its instructions raise #NM.
  public static let em = CR0(rawValue: 1 << 2)
  /// Task switched: the next floating-point instruction raises #NM.
  public static let ts = CR0(rawValue: 1 << 3)
  /// Extension type: always 1.
  public static let et = CR0(rawValue: 1 << 4)
  /// Numeric error: x87 errors raise #MF rather than IRQ 13.
  public static let ne = CR0(rawValue: 1 << 5)
  /// Write protect: read-only pages are read-only for the supervisor too.
  public static let wp = CR0(rawValue: 1 << 16)
  /// Alignment mask: EFLAGS.AC makes misaligned user accesses raise #AC.
  public static let am = CR0(rawValue: 1 << 18)
  /// Not write-through.
  public static let nw = CR0(rawValue: 1 << 29)
  /// Cache disable.
  public static let cd = CR0(rawValue: 1 << 30)
  /// Paging.
  public static let pg = CR0(rawValue: 1 << 31)

  /// The bits that no processor defines.
  public static let reserved = CR0(rawValue: ~0xe005_003f)
}

/// CR4: extensions, each to be switched on by a system that knows it.
///
/// Intel SDM Vol. 3A §2.5 "Control Registers".
public struct CR4: OptionSet, Hashable, Sendable {
  /// The register's 64 bits.
  public let rawValue: UInt64

  /// The register with these bits.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Virtual-8086 mode extensions.
  public static let vme = CR4(rawValue: 1 << 0)
  /// Protected-mode virtual interrupts.
  public static let pvi = CR4(rawValue: 1 << 1)
  /// Time stamp disable: RDTSC only at CPL 0.
  public static let tsd = CR4(rawValue: 1 << 2)
  /// Debugging extensions: I/O breakpoints; DR4 and DR5 raise #UD.
  public static let de = CR4(rawValue: 1 << 3)
  /// Page size extensions: 4 MiB pages with 32-bit paging.
  public static let pse = CR4(rawValue: 1 << 4)
  /// Physical address extension: 8-byte paging-structure entries.
  public static let pae = CR4(rawValue: 1 << 5)
  /// Machine-check enable.
  public static let mce = CR4(rawValue: 1 << 6)
  /// Page global enable: the G flag of a page counts.
  public static let pge = CR4(rawValue: 1 << 7)
  /// Performance-monitoring counter enable: RDPMC at any privilege.
  public static let pce = CR4(rawValue: 1 << 8)
  /// The system saves SSE state: SSE instructions are allowed.
  public static let osfxsr = CR4(rawValue: 1 << 9)
  /// The system handles #XM.
  public static let osxmmexcpt = CR4(rawValue: 1 << 10)
  /// User-mode instruction prevention: SGDT, SIDT, SLDT, SMSW and STR only at CPL 0.
  public static let umip = CR4(rawValue: 1 << 11)
  /// 57-bit linear addresses: 5-level paging.
  public static let la57 = CR4(rawValue: 1 << 12)
  /// VMX enable.
  public static let vmxe = CR4(rawValue: 1 << 13)
  /// SMX enable.
  public static let smxe = CR4(rawValue: 1 << 14)
  /// RDFSBASE, WRFSBASE, RDGSBASE and WRGSBASE are allowed.
  public static let fsgsbase = CR4(rawValue: 1 << 16)
  /// Process-context identifiers.
  public static let pcide = CR4(rawValue: 1 << 17)
  /// The system saves extended state: XSAVE and its family are allowed.
  public static let osxsave = CR4(rawValue: 1 << 18)
  /// Key locker.
  public static let kl = CR4(rawValue: 1 << 19)
  /// Supervisor-mode execution prevention: no fetches from user pages.
  public static let smep = CR4(rawValue: 1 << 20)
  /// Supervisor-mode access prevention: no data accesses to user pages.
  public static let smap = CR4(rawValue: 1 << 21)
  /// Protection keys for user pages.
  public static let pke = CR4(rawValue: 1 << 22)
  /// Control-flow enforcement.
  public static let cet = CR4(rawValue: 1 << 23)
  /// Protection keys for supervisor pages.
  public static let pks = CR4(rawValue: 1 << 24)
  /// User interrupts.
  public static let uintr = CR4(rawValue: 1 << 25)
  /// Linear-address space separation.
  public static let lass = CR4(rawValue: 1 << 27)
  /// Linear-address masking for supervisor pointers.
  public static let lamSup = CR4(rawValue: 1 << 28)
  /// Flexible return and event delivery.
  public static let fred = CR4(rawValue: 1 << 32)

  /// The bits that no processor defines.
  public static let reserved = CR4(rawValue: ~0x1_1bff_7fff)
}

/// IA32_EFER: long mode, SYSCALL and execute-disable.
///
/// Intel SDM Vol. 3A §2.2.1 "Extended Feature Enable Register".
public struct EFER: OptionSet, Hashable, Sendable {
  /// The register's 64 bits.
  public let rawValue: UInt64

  /// The register with these bits.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// SYSCALL and SYSRET are allowed in 64-bit mode.
  public static let sce = EFER(rawValue: 1 << 0)
  /// Long mode enable: switching paging on enters long mode.
  public static let lme = EFER(rawValue: 1 << 8)
  /// Long mode active: LME and CR0.PG; software cannot write it.
  public static let lma = EFER(rawValue: 1 << 10)
  /// No-execute enable: bit 63 of a paging-structure entry forbids fetches, and is reserved without.
  public static let nxe = EFER(rawValue: 1 << 11)

  /// The bits that Intel's processors do not define; AMD's define 12...15.
  public static let reserved = EFER(rawValue: ~0xd01)
}
