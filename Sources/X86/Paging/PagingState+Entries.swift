// SPDX-License-Identifier: GPL-2.0-or-later

// What an entry means in its place: whether it maps a page, which of its bits must be zero, and
// whether its rights count.

extension PagingState {
  /// Where an entry leads.
  @usableFromInline enum Target {
    case page(PageSize)
    case table(PagingLevel)
  }

  /// Where `entry`, present and without reserved bits, leads from `level`.
  @inlinable func target(of entry: PageTableEntry, at level: PagingLevel) -> Target {
    let large = entry.flags.contains(.largePage)
    // swift-format-ignore
    switch level {
    case .pml4: return .table(.pdpt)
    case .pdpt: return large && pointerTableMapsPages ? .page(.gib1) : .table(.pd)
    case .pd:   return large && directoryMapsPages ? .page(mode.pageSize(at: .pd)) : .table(.pt)
    case .pt:   return .page(.kib4)
    }
  }

  /// The bits that must be zero in `entry` at `level` if it is present.
  ///
  ///     mode     level  PS   reserved besides bits M and up, and XD without EFER.NXE
  ///     32-bit   PD     1    21, and what MAXPHYADDR leaves of 20..13    (with CR4.PSE)
  ///     PAE      PDPT   –    63 (always), 8..5, 2..1
  ///     PAE      PD     1    20..13
  ///     4-level  PML4   –    7 (PS)
  ///     4-level  PDPT   1    29..13; PS itself without 1 GiB pages
  ///     4-level  PD     1    20..13
  ///
  /// Bits M and up are 62..M with PAE, 51..M with 4-level and none with 32-bit paging.
  /// Intel SDM Vol. 3A §4.3, §4.4.2 and §4.5 (the lists of reserved bits), Table 4-8 for the PDPTE.
  @inlinable public func reservedBits(
    of entry: PageTableEntry, at level: PagingLevel
  ) -> UInt64 {
    let large = entry.flags.contains(.largePage)
    // swift-format-ignore
    let here: UInt64 =
      switch (mode, level) {
      case (.off, _), (_, .pt):  0
      case (.bits32, _):         large && directoryMapsPages ? reserved4MiB : 0
      case (.pae, .pdpt):        1 << 63 | 0x1e6
      case (_, .pd):             large ? 0x001f_e000 : 0
      case (_, .pdpt) where pointerTableMapsPages:
                                 large ? 0x3fff_e000 : 0
      case (_, .pdpt), (_, .pml4): PageTableEntry.Flags.largePage.rawValue
      }
    return reservedEverywhere | here
  }

  /// What `entry` at `level` allows; the four PDPTEs of PAE paging carry no rights.
  @inlinable func rights(of entry: PageTableEntry, at level: PagingLevel) -> PageRights {
    mode == .pae && level == .pdpt ? .all : entry.rights
  }

  /// The flags that a successful `access` leaves set in an entry at `level` (Intel SDM Vol. 3A §4.8
  /// "Accessed and Dirty Flags"); D only where a page is mapped, and neither in a PDPTE of PAE paging.
  @inlinable func usedFlags(
    at level: PagingLevel, mapsPage: Bool, by access: PageAccess
  ) -> PageTableEntry.Flags {
    if mode == .pae && level == .pdpt { return [] }
    return mapsPage && access.kind == .write ? [.accessed, .dirty] : .accessed
  }
}
