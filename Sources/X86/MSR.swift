// SPDX-License-Identifier: GPL-2.0-or-later

/// The model-specific registers that the processor has, by number; all others raise #GP(0).
///
/// Those that belong to features that CPUID does not promise are not there: the local APIC's, memory
/// type ranges, machine checks, performance counters.
/// Intel SDM Vol. 4 §2.1 "Architectural MSRs".
public enum MSR: UInt32, CaseIterable, Sendable {
  /// The time-stamp counter.
  case tsc = 0x10
  /// The microcode update that was loaded; the processor modelled takes none.
  case biosSignature = 0x8b
  /// CS selector of SYSENTER; SS follows it in the GDT.
  case sysenterCS = 0x174
  /// Stack pointer of SYSENTER.
  case sysenterESP = 0x175
  /// Instruction pointer of SYSENTER.
  case sysenterEIP = 0x176
  /// Which extras are on: only fast string operations are there.
  case miscEnable = 0x1a0
  /// The eight memory types that a page's PAT, PCD and PWT flags choose from.
  case pat = 0x277
  /// See `EFER`.
  case efer = 0xc000_0080
  /// Selectors of SYSCALL (47..32) and SYSRET (63..48).
  case star = 0xc000_0081
  /// Where SYSCALL goes in 64-bit mode.
  case lstar = 0xc000_0082
  /// Where SYSCALL goes in compatibility mode; used by AMD's processors only.
  case cstar = 0xc000_0083
  /// The RFLAGS bits that SYSCALL clears.
  case fmask = 0xc000_0084
  /// Base of FS.
  case fsBase = 0xc000_0100
  /// Base of GS.
  case gsBase = 0xc000_0101
  /// What SWAPGS exchanges with the base of GS.
  case kernelGSBase = 0xc000_0102
  /// What RDTSCP returns in ECX.
  case tscAux = 0xc000_0103

  /// The manual's name.
  public var name: String {
    // swift-format-ignore
    switch self {
    case .tsc:           "IA32_TIME_STAMP_COUNTER"
    case .biosSignature: "IA32_BIOS_SIGN_ID"
    case .sysenterCS:    "IA32_SYSENTER_CS"
    case .sysenterESP:   "IA32_SYSENTER_ESP"
    case .sysenterEIP:   "IA32_SYSENTER_EIP"
    case .miscEnable:    "IA32_MISC_ENABLE"
    case .pat:           "IA32_PAT"
    case .efer:          "IA32_EFER"
    case .star:          "IA32_STAR"
    case .lstar:         "IA32_LSTAR"
    case .cstar:         "IA32_CSTAR"
    case .fmask:         "IA32_FMASK"
    case .fsBase:        "IA32_FS_BASE"
    case .gsBase:        "IA32_GS_BASE"
    case .kernelGSBase:  "IA32_KERNEL_GS_BASE"
    case .tscAux:        "IA32_TSC_AUX"
    }
  }
}
