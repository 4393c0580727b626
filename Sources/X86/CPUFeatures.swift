// SPDX-License-Identifier: GPL-2.0-or-later

/// The words of CPUID feature bits that decide which instructions the processor modelled decodes.
///
/// CPUID returns them, and the engine is given the same; it knows of more words (QEMU
/// `target/i386/cpu.h`, `enum FeatureWord`), which it gets as 0.
///
/// A bit is promised only if the engine (libunicorn 2.0.1, QEMU 5.0.1's front end) does what it
/// stands for without a known error. Left out for that reason:
///
///     VME          not implemented
///     APIC, x2APIC the machine has none
///     MTRR, MCA    stored, without effect
///     SSSE3        PHADD and PHSUB spoil their source when it is the destination as well
///     SSE4.1       DPPS adds in the wrong order, so rounds wrongly
///     SSE4.2       PCMPISTRI and its family miss a match that starts near the end of the string
///     BMI, ADX     wrong flags (BLSI, ADOX after ADCX), wrong operand order (PDEP, PEXT)
///     XSAVE, AVX   the front end has no AVX
///     PCID         no translation is tagged
///     RDRAND       a run would not repeat
///     MONITOR      MWAIT does not wait for a write
///     hypervisor   nothing would be found at leaf 40000000H
///
/// SSE and SSE2 are promised, since no 64-bit program does without, although the engine sets none of
/// the exception flags in MXCSR and raises no #XM.
public enum FeatureWord: CaseIterable, Sendable {
  /// CPUID.01H:EDX.
  case leaf1EDX
  /// CPUID.01H:ECX.
  case leaf1ECX
  /// CPUID.(07H,0):EBX.
  case leaf7EBX
  /// CPUID.80000001H:EDX.
  case extended1EDX
  /// CPUID.80000001H:ECX.
  case extended1ECX

  /// The word as CPUID returns it.
  ///
  /// Intel SDM Vol. 2A, CPUID, Tables 3-10 and 3-11 "Feature Information Returned in the ECX/EDX
  /// Register", Table 3-8 for leaves 07H and 80000001H.
  public var bits: UInt32 {
    // swift-format-ignore
    switch self {
    case .leaf1EDX:
      Self.word([
         0,  // FPU      x87 floating-point unit
         2,  // DE       debugging extensions
         3,  // PSE      4 MiB pages
         4,  // TSC      RDTSC
         5,  // MSR      RDMSR, WRMSR
         6,  // PAE      PAE paging
         8,  // CX8      CMPXCHG8B
        11,  // SEP      SYSENTER, SYSEXIT
        13,  // PGE      global pages
        15,  // CMOV     CMOVcc, FCMOVcc
        16,  // PAT      page attribute table
        17,  // PSE-36   4 MiB pages above 4 GiB
        19,  // CLFSH    CLFLUSH
        23,  // MMX
        24,  // FXSR     FXSAVE, FXRSTOR
        25,  // SSE
        26,  // SSE2
      ])
    case .leaf1ECX:
      Self.word([
         0,  // SSE3
        13,  // CX16     CMPXCHG16B
        23,  // POPCNT
      ])
    case .leaf7EBX:
      Self.word([
         0,  // FSGSBASE RDFSBASE and its family
         7,  // SMEP     supervisor-mode execution prevention
        20,  // SMAP     supervisor-mode access prevention
      ])
    case .extended1EDX:
      Self.word([
        11,  // SYSCALL  in 64-bit mode; shown in the other modes too
        20,  // NX       execute-disable
        26,  // Page1GB  1 GiB pages
        27,  // RDTSCP
        29,  // LM       long mode
      ])
    case .extended1ECX:
      Self.word([
         0,  // LAHF     LAHF and SAHF in 64-bit mode
      ])
    }
  }

  /// The word in which just the bits of these numbers are set.
  static func word(_ numbers: [UInt32]) -> UInt32 {
    numbers.reduce(0) { $0 | 1 << $1 }
  }
}
