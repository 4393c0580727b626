// SPDX-License-Identifier: GPL-2.0-or-later

/// The one processor that kemu has, as the table that CPUID reads.
///
/// A plain 64-bit processor of Intel's. What it can do is in `FeatureWord`; family 6, model 15 is
/// where systems begin to trust the page attribute table and the time-stamp counter (Linux
/// `arch/x86/kernel/cpu/intel.c`).
public enum CPUModel {
  /// The width of a physical address (MAXPHYADDR).
  public static let physicalAddressBits = 40
  /// The width of a linear address.
  public static let linearAddressBits = 48
  /// Whether 1 GiB pages exist.
  public static let hasPages1GiB = true
  /// What the time-stamp counter counts in a second: one for each nanosecond of guest time.
  public static let tscHertz: UInt64 = 1_000_000_000

  /// Family 6, model 15, stepping 11 (Intel SDM Vol. 2A, CPUID, Figure 3-6 "Version Information
  /// Returned by CPUID in EAX").
  static let signature: UInt32 = 0x6fb
  /// The highest basic leaf.
  static let lastBasicLeaf: UInt32 = 0x16
  /// The highest extended leaf.
  static let lastExtendedLeaf: UInt32 = 0x8000_0008
  /// The crystal that the time-stamp counter is derived from.
  static let crystalHertz: UInt32 = 25_000_000
  /// How often the time-stamp counter counts in one period of the crystal.
  static var tscRatio: UInt32 { UInt32(tscHertz) / crystalHertz }

  /// What CPUID leaves in EAX, EBX, ECX and EDX.
  public typealias Registers = (eax: UInt32, ebx: UInt32, ecx: UInt32, edx: UInt32)

  /// What CPUID returns for EAX = `leaf` and ECX = `subleaf`.
  ///
  /// A leaf beyond the highest of its range (also one between the ranges) reads as the highest basic
  /// leaf; a leaf within its range that means nothing here reads as 0.
  /// Intel SDM Vol. 2A, CPUID, "Information Returned by CPUID Instruction", Table 3-8.
  public static func cpuid(leaf: UInt32, subleaf: UInt32) -> Registers {
    let known = leaf <= lastBasicLeaf || 0x8000_0000...lastExtendedLeaf ~= leaf
    return known ? row(leaf, subleaf) : row(lastBasicLeaf, subleaf)
  }

  static func row(_ leaf: UInt32, _ subleaf: UInt32) -> Registers {
    let mhz = UInt32(tscHertz / 1_000_000)
    // swift-format-ignore
    return switch (leaf, subleaf) {
    //                      EAX                  EBX                     ECX                     EDX
    // Vendor.
    case (0x00, _):        (lastBasicLeaf,       text("Genu"),           text("ntel"),           text("ineI"))
    // Version; CLFLUSH line of 8 × 8 bytes, one processor; features.
    case (0x01, _):        (signature,           1 << 16 | 8 << 8,       word(.leaf1ECX),        word(.leaf1EDX))
    // Caches, the old way: one call suffices, and nothing is described.
    case (0x02, _):        (1,                   0,                      0,                      0)
    // Features; the highest subleaf is 0.
    case (0x07, 0):        (0,                   word(.leaf7EBX),        0,                      0)
    // TSC = crystal × EBX / EAX.
    case (0x15, _):        (1,                   tscRatio,               crystalHertz,           0)
    // Base, maximum and bus frequency in MHz.
    case (0x16, _):        (mhz,                 mhz,                    100,                    0)

    case (0x8000_0000, _): (lastExtendedLeaf,    0,                      0,                      0)
    case (0x8000_0001, _): (0,                   0,                      word(.extended1ECX),    word(.extended1EDX))
    // Brand string, 48 bytes.
    case (0x8000_0002, _): (text("kemu"),        text(" vir"),           text("tual"),           text(" pro"))
    case (0x8000_0003, _): (text("cess"),        text("or @"),           text(" 1.0"),           text("0GHz"))
    case (0x8000_0004, _): (0,                   0,                      0,                      0)
    // The time-stamp counter is invariant.
    case (0x8000_0007, _): (0,                   0,                      0,                      1 << 8)
    case (0x8000_0008, _): (addressWidths,       0,                      0,                      0)
    default:               (0,                   0,                      0,                      0)
    }
  }

  static func word(_ feature: FeatureWord) -> UInt32 { feature.bits }

  static var addressWidths: UInt32 {
    UInt32(linearAddressBits) << 8 | UInt32(physicalAddressBits)
  }

  /// Four characters as CPUID packs them: the first in the lowest byte.
  static func text(_ characters: StaticString) -> UInt32 {
    characters.withUTF8Buffer { bytes in
      bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
  }
}
