// SPDX-License-Identifier: GPL-2.0-or-later

/// How linear addresses become physical ones.
///
///     CR0.PG  CR4.PAE  EFER.LME   mode         entries  tables
///       0        –         –      off             –     none: physical = linear
///       1        0         –      32-bit      4 bytes   PD → PT
///       1        1         0      PAE         8 bytes   PDPT (4 entries) → PD → PT
///       1        1         1      4-level     8 bytes   PML4 → PDPT → PD → PT
///
/// 5-level paging (CR4.LA57) does not exist on the processor modelled.
/// Intel SDM Vol. 3A §4.1.1 "Four Paging Modes".
public enum PagingMode: Sendable {
  case off, bits32, pae, fourLevel

  /// The mode that these registers select.
  @inlinable public init(cr0: CR0, cr4: CR4, efer: EFER) {
    if !cr0.contains(.pg) {
      self = .off
    } else if !cr4.contains(.pae) {
      self = .bits32
    } else {
      self = efer.contains(.lme) ? .fourLevel : .pae
    }
  }

  /// The mode in words.
  public var name: String {
    // swift-format-ignore
    switch self {
    case .off:       "paging off"
    case .bits32:    "32-bit paging"
    case .pae:       "PAE paging"
    case .fourLevel: "4-level paging"
    }
  }
}
