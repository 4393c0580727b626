// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

/// One combination of the control bits that paging depends on.
struct PagingSetting: CustomTestStringConvertible, Sendable {
  var mode: PagingMode
  /// CR4.PSE with 32-bit paging, 1 GiB pages with 4-level paging.
  var large = true
  var wp = true
  var smep = false
  var smap = false
  var nxe = true

  var testDescription: String {
    let on = [(large, "large"), (wp, "WP"), (smep, "SMEP"), (smap, "SMAP"), (nxe, "NXE")]
    return "\(mode.name)" + on.filter(\.0).map { " " + $0.1 }.joined()
  }

  var cr0: CR0 {
    var value: CR0 = [.pe, .et]
    if mode != .off { value.insert(.pg) }
    if wp { value.insert(.wp) }
    return value
  }

  var cr4: CR4 {
    var value: CR4 = []
    if mode == .pae || mode == .fourLevel { value.insert(.pae) }
    if mode == .bits32 && large { value.insert(.pse) }
    if smep { value.insert(.smep) }
    if smap { value.insert(.smap) }
    return value
  }

  var efer: EFER {
    var value: EFER = []
    if mode == .fourLevel { value.formUnion([.lme, .lma]) }
    if nxe { value.insert(.nxe) }
    return value
  }

  /// The state after CR3 was loaded, with the tables in `memory`.
  func state(
    cr3: UInt64, in memory: FakeMemory, physicalAddressBits: Int = 40
  ) -> PagingState {
    PagingState(
      cr0: cr0, cr3: cr3, cr4: cr4, efer: efer, pointers: PointerEntries(cr3: cr3, in: memory),
      physicalAddressBits: physicalAddressBits, pages1GiB: large)
  }

  /// Every mode with every combination of the other bits.
  static let all: [PagingSetting] = [PagingMode.off, .bits32, .pae, .fourLevel].flatMap { mode in
    (0..<32).compactMap { bits in
      let setting = PagingSetting(
        mode: mode, large: bits & 1 != 0, wp: bits & 2 != 0, smep: bits & 4 != 0,
        smap: bits & 8 != 0, nxe: bits & 16 != 0)
      let hasLarge = mode == .bits32 || mode == .fourLevel
      return setting.large || hasLarge ? setting : nil
    }
  }
}
