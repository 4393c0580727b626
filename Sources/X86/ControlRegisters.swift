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
  @inlinable public static var pe: CR0 { CR0(rawValue: 1 << 0) }
  /// Monitor coprocessor: WAIT raises #NM when TS is set.
  @inlinable public static var mp: CR0 { CR0(rawValue: 1 << 1) }
  /// Emulation: there is no floating-point unit; its instructions raise #NM.
  @inlinable public static var em: CR0 { CR0(rawValue: 1 << 2) }
  /// Task switched: the next floating-point instruction raises #NM.
  @inlinable public static var ts: CR0 { CR0(rawValue: 1 << 3) }
  /// Extension type: always 1.
  @inlinable public static var et: CR0 { CR0(rawValue: 1 << 4) }
  /// Numeric error: x87 errors raise #MF rather than IRQ 13.
  @inlinable public static var ne: CR0 { CR0(rawValue: 1 << 5) }
  /// Write protect: read-only pages are read-only for the supervisor too.
  @inlinable public static var wp: CR0 { CR0(rawValue: 1 << 16) }
  /// Alignment mask: EFLAGS.AC makes misaligned user accesses raise #AC.
  @inlinable public static var am: CR0 { CR0(rawValue: 1 << 18) }
  /// Not write-through.
  @inlinable public static var nw: CR0 { CR0(rawValue: 1 << 29) }
  /// Cache disable.
  @inlinable public static var cd: CR0 { CR0(rawValue: 1 << 30) }
  /// Paging.
  @inlinable public static var pg: CR0 { CR0(rawValue: 1 << 31) }

  /// The bits that no processor defines.
  @inlinable public static var reserved: CR0 { CR0(rawValue: ~0xe005_003f) }
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
  @inlinable public static var vme: CR4 { CR4(rawValue: 1 << 0) }
  /// Protected-mode virtual interrupts.
  @inlinable public static var pvi: CR4 { CR4(rawValue: 1 << 1) }
  /// Time stamp disable: RDTSC only at CPL 0.
  @inlinable public static var tsd: CR4 { CR4(rawValue: 1 << 2) }
  /// Debugging extensions: I/O breakpoints; DR4 and DR5 raise #UD.
  @inlinable public static var de: CR4 { CR4(rawValue: 1 << 3) }
  /// Page size extensions: 4 MiB pages with 32-bit paging.
  @inlinable public static var pse: CR4 { CR4(rawValue: 1 << 4) }
  /// Physical address extension: 8-byte paging-structure entries.
  @inlinable public static var pae: CR4 { CR4(rawValue: 1 << 5) }
  /// Machine-check enable.
  @inlinable public static var mce: CR4 { CR4(rawValue: 1 << 6) }
  /// Page global enable: the G flag of a page counts.
  @inlinable public static var pge: CR4 { CR4(rawValue: 1 << 7) }
  /// Performance-monitoring counter enable: RDPMC at any privilege.
  @inlinable public static var pce: CR4 { CR4(rawValue: 1 << 8) }
  /// The system saves SSE state: SSE instructions are allowed.
  @inlinable public static var osfxsr: CR4 { CR4(rawValue: 1 << 9) }
  /// The system handles #XM.
  @inlinable public static var osxmmexcpt: CR4 { CR4(rawValue: 1 << 10) }
  /// User-mode instruction prevention: SGDT, SIDT, SLDT, SMSW and STR only at CPL 0.
  @inlinable public static var umip: CR4 { CR4(rawValue: 1 << 11) }
  /// 57-bit linear addresses: 5-level paging.
  @inlinable public static var la57: CR4 { CR4(rawValue: 1 << 12) }
  /// VMX enable.
  @inlinable public static var vmxe: CR4 { CR4(rawValue: 1 << 13) }
  /// SMX enable.
  @inlinable public static var smxe: CR4 { CR4(rawValue: 1 << 14) }
  /// RDFSBASE, WRFSBASE, RDGSBASE and WRGSBASE are allowed.
  @inlinable public static var fsgsbase: CR4 { CR4(rawValue: 1 << 16) }
  /// Process-context identifiers.
  @inlinable public static var pcide: CR4 { CR4(rawValue: 1 << 17) }
  /// The system saves extended state: XSAVE and its family are allowed.
  @inlinable public static var osxsave: CR4 { CR4(rawValue: 1 << 18) }
  /// Key locker.
  @inlinable public static var kl: CR4 { CR4(rawValue: 1 << 19) }
  /// Supervisor-mode execution prevention: no fetches from user pages.
  @inlinable public static var smep: CR4 { CR4(rawValue: 1 << 20) }
  /// Supervisor-mode access prevention: no data accesses to user pages.
  @inlinable public static var smap: CR4 { CR4(rawValue: 1 << 21) }
  /// Protection keys for user pages.
  @inlinable public static var pke: CR4 { CR4(rawValue: 1 << 22) }
  /// Control-flow enforcement.
  @inlinable public static var cet: CR4 { CR4(rawValue: 1 << 23) }
  /// Protection keys for supervisor pages.
  @inlinable public static var pks: CR4 { CR4(rawValue: 1 << 24) }
  /// User interrupts.
  @inlinable public static var uintr: CR4 { CR4(rawValue: 1 << 25) }
  /// Linear-address space separation.
  @inlinable public static var lass: CR4 { CR4(rawValue: 1 << 27) }
  /// Linear-address masking for supervisor pointers.
  @inlinable public static var lamSup: CR4 { CR4(rawValue: 1 << 28) }
  /// Flexible return and event delivery.
  @inlinable public static var fred: CR4 { CR4(rawValue: 1 << 32) }

  /// The bits that no processor defines.
  @inlinable public static var reserved: CR4 { CR4(rawValue: ~0x1_1bff_7fff) }
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
  @inlinable public static var sce: EFER { EFER(rawValue: 1 << 0) }
  /// Long mode enable: switching paging on enters long mode.
  @inlinable public static var lme: EFER { EFER(rawValue: 1 << 8) }
  /// Long mode active: LME and CR0.PG; software cannot write it.
  @inlinable public static var lma: EFER { EFER(rawValue: 1 << 10) }
  /// No-execute enable: bit 63 of a paging-structure entry forbids fetches, and is reserved without.
  @inlinable public static var nxe: EFER { EFER(rawValue: 1 << 11) }

  /// The bits that Intel's processors do not define; AMD's define 12...15.
  @inlinable public static var reserved: EFER { EFER(rawValue: ~0xd01) }
}
