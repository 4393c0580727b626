// SPDX-License-Identifier: GPL-2.0-or-later

/// A model-specific register that other processors have, and the one modelled does not.
///
/// Intel SDM Vol. 4 Table 2-2 "IA-32 Architectural MSRs"; AMD64 Architecture Programmer's Manual Vol. 2 Appendix A
/// "MSR Cross-Reference".
public struct AbsentMSR: Sendable {
  /// The manual's name, or that of the group that it is one of.
  public let name: String
  /// What it belongs to, which CPUID does not promise; nil if CPUID has no word for it.
  public let feature: String?

  /// The register of `number`; nil if it is there (`MSR`), or if the manuals have none of that number.
  public init?(_ number: UInt32) {
    guard MSR(rawValue: number) == nil,
      let known = Self.known.first(where: { $0.numbers.contains(number) })
    else { return nil }
    (name, feature) = (known.name, known.feature)
  }

  // swift-format-ignore
  private static let known: [(numbers: ClosedRange<UInt32>, name: String, feature: String?)] = [
    (0x1b...0x1b,   "IA32_APIC_BASE",            "local APIC"),
    (0x3a...0x3a,   "IA32_FEATURE_CONTROL",      "VMX or SGX"),
    (0x3b...0x3b,   "IA32_TSC_ADJUST",           "TSC adjustment"),
    (0x48...0x49,   "IA32_SPEC_CTRL and others", "control of speculation"),
    (0x79...0x79,   "IA32_BIOS_UPDT_TRIG",       "microcode update"),
    (0xc1...0xc8,   "IA32_PMC0 to 7",            "performance counters"),
    (0xce...0xce,   "MSR_PLATFORM_INFO",         nil),
    (0xe7...0xe8,   "IA32_MPERF and IA32_APERF", "performance counters"),
    (0xfe...0xfe,   "IA32_MTRRCAP",              "memory type ranges (MTRR)"),
    (0x10a...0x10b, "IA32_ARCH_CAPABILITIES",    "control of speculation"),
    (0x179...0x17b, "IA32_MCG_CAP and others",   "machine checks"),
    (0x186...0x189, "IA32_PERFEVTSEL0 to 3",     "performance counters"),
    (0x198...0x199, "IA32_PERF_STATUS and CTL",  "control of its frequency"),
    (0x19a...0x19c, "IA32_THERM_STATUS and others", "thermal monitor"),
    (0x1d9...0x1d9, "IA32_DEBUGCTL",             nil),
    (0x1f2...0x1f3, "IA32_SMRR_PHYSBASE and MASK", nil),
    (0x200...0x26f, "an MTRR",                   "memory type ranges (MTRR)"),
    (0x2ff...0x2ff, "IA32_MTRR_DEF_TYPE",        "memory type ranges (MTRR)"),
    (0x309...0x30b, "IA32_FIXED_CTR0 to 2",      "performance counters"),
    (0x345...0x345, "IA32_PERF_CAPABILITIES",    "performance counters"),
    (0x38d...0x390, "IA32_PERF_GLOBAL_CTRL and others", "performance counters"),
    (0x400...0x47f, "IA32_MCi_CTL and others",   "machine checks"),
    (0x480...0x491, "IA32_VMX_BASIC and others", "VMX"),
    (0x6e0...0x6e0, "IA32_TSC_DEADLINE",         "local APIC"),
    (0x800...0x8ff, "an x2APIC register",        "local APIC"),
    (0xda0...0xda0, "IA32_XSS",                  "XSAVE"),
    (0xc001_0010...0xc001_0010, "AMD's SYSCFG",             nil),
    (0xc001_0015...0xc001_0015, "AMD's HWCR",               nil),
    (0xc001_0114...0xc001_0117, "AMD's VM_CR and others",   "SVM"),
  ]
}
