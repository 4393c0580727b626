// SPDX-License-Identifier: GPL-2.0-or-later

extension MSR {
  /// What WRMSR leaves in the register of the `value` that it is given, with these in CR0 and IA32_EFER;
  /// nil if it raises #GP(0) instead.
  ///
  /// Intel SDM Vol. 2B "WRMSR—Write to Model Specific Register"; Vol. 4 Table 2-2 "IA-32 Architectural
  /// MSRs" for the bits.
  public func admits(_ value: UInt64, cr0: CR0, efer: EFER) -> UInt64? {
    switch self {
    case .tsc, .sysenterCS, .star:
      return value
    case .sysenterESP, .sysenterEIP, .lstar, .cstar, .fsBase, .gsBase, .kernelGSBase:
      return VirtAddr(value).isCanonical ? value : nil
    case .fmask, .tscAux:
      return value >> 32 == 0 ? value : nil
    case .biosSignature:
      return value == 0 ? value : nil
    case .miscEnable:
      return value & ~1 == 0 ? value : nil
    case .pat:
      return Self.isPageAttributeTable(value) ? value : nil
    case .efer:
      return EFER(rawValue: value).replacing(efer, cr0: cr0)?.rawValue
    }
  }

  /// Whether each of the eight bytes is a memory type: UC, WC, WT, WP, WB or UC-.
  ///
  /// Intel SDM Vol. 3A §11.12.2 "IA32_PAT MSR", Table 11-10 "Memory Types That Can Be Encoded With PAT".
  private static func isPageAttributeTable(_ value: UInt64) -> Bool {
    for entry in 0..<8 {
      switch value >> (entry * 8) & 0xff {
      case 0, 1, 4, 5, 6, 7: continue
      default: return false
      }
    }
    return true
  }
}

extension EFER {
  /// The register once this value was written over `old`; nil if that raises #GP(0).
  ///
  /// LMA is the processor's own, and LME does not change while paging is on
  /// (Intel SDM Vol. 3A §2.2.1 "Extended Feature Enable Register", §9.8.5 "Initializing IA-32e Mode").
  func replacing(_ old: EFER, cr0: CR0) -> EFER? {
    if !isDisjoint(with: .reserved) { return nil }
    if cr0.contains(.pg) && contains(.lme) != old.contains(.lme) { return nil }
    return subtracting(.lma).union(old.intersection(.lma))
  }
}
