// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Physical memory that holds page tables and nothing else: zeros where nothing was stored, all ones from
/// 16 MiB on.
struct TableMemory: PhysicalMemoryReader {
  private var words: [UInt64: UInt32] = [:]

  /// Memory with these 8-byte entries.
  init(entries8 entries: KeyValuePairs<UInt64, UInt64>) {
    self.init(entries8: entries.map { ($0.key, $0.value) })
  }

  /// Memory with these 8-byte entries, each with its address.
  init(entries8 entries: [(UInt64, UInt64)]) {
    for (address, entry) in entries {
      words[address] = UInt32(truncatingIfNeeded: entry)
      words[address + 4] = UInt32(truncatingIfNeeded: entry >> 32)
    }
  }

  /// Memory with these 4-byte entries.
  init(entries4 entries: KeyValuePairs<UInt64, UInt32>) {
    for (address, entry) in entries { words[address] = entry }
  }

  func load32(_ address: PhysAddr) -> UInt32 {
    address.value < 16 << 20 ? words[address.value] ?? 0 : ~0
  }

  func load64(_ address: PhysAddr) -> UInt64 {
    UInt64(load32(address)) | UInt64(load32(address + 4)) << 32
  }
}

extension PagingState {
  /// 4-level paging with the top table at `root`, with all that a careful kernel switches on.
  static func fourLevel(
    root: UInt64 = 0x1000, cr4: CR4 = [.pae, .smep, .smap], efer: EFER = [.lme, .lma, .nxe]
  ) -> PagingState {
    PagingState(cr0: [.pe, .pg, .wp], cr3: root, cr4: cr4, efer: efer)
  }

  /// 32-bit paging with 4 MiB pages.
  static let bits32 = PagingState(cr0: [.pe, .pg, .wp], cr3: 0x1000, cr4: .pse, efer: [])

  /// PAE paging with the pointers in `memory`.
  static func pae(_ memory: TableMemory) -> PagingState {
    PagingState(
      cr0: [.pe, .pg, .wp], cr3: 0x1000, cr4: .pae, efer: [],
      pointers: PointerEntries(cr3: 0x1000, in: memory))
  }
}
