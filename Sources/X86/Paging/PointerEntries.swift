// SPDX-License-Identifier: GPL-2.0-or-later

/// The page-directory-pointer table of PAE paging: four entries that the processor keeps in registers.
///
/// It reads them when it loads them, and not at a walk: what memory says later counts at the next load.
/// Intel SDM Vol. 3A §4.4.1 "PDPTE Registers".
public struct PointerEntries: Hashable, Sendable {
  @usableFromInline let first, second, third, fourth: PageTableEntry

  /// The entries with these bits.
  @inlinable public init(
    _ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64
  ) {
    self.first = PageTableEntry(rawValue: first)
    self.second = PageTableEntry(rawValue: second)
    self.third = PageTableEntry(rawValue: third)
    self.fourth = PageTableEntry(rawValue: fourth)
  }

  /// Four entries of which none is present.
  @inlinable public static var absent: PointerEntries { PointerEntries(0, 0, 0, 0) }

  /// The entries in `memory` that CR3 points to.
  @inlinable public init(cr3: UInt64, in memory: borrowing some PhysicalMemoryReader) {
    let table = PagingState.root(cr3: cr3, mode: .pae, beyondAddress: 0)
    self.init(
      memory.load64(table), memory.load64(table + 8), memory.load64(table + 16),
      memory.load64(table + 24))
  }

  /// The entry with this index, 0...3.
  @inlinable subscript(index: UInt16) -> PageTableEntry {
    // swift-format-ignore
    switch index {
    case 0:  first
    case 1:  second
    case 2:  third
    default: fourth
    }
  }

  /// Whether an instruction that writes a control register loads the entries, given the registers
  /// before and after.
  ///
  /// If PAE paging is in use afterwards, MOV to CR3 does, and a change of CR0.PG, CD or NW or of
  /// CR4.PAE, PGE, PSE or SMEP.
  public static func areLoaded(
    writingCR3: Bool, cr0: (old: CR0, new: CR0), cr4: (old: CR4, new: CR4), efer: EFER
  ) -> Bool {
    guard PagingMode(cr0: cr0.new, cr4: cr4.new, efer: efer) == .pae else { return false }
    return writingCR3
      || !cr0.old.symmetricDifference(cr0.new).isDisjoint(with: [.pg, .cd, .nw])
      || !cr4.old.symmetricDifference(cr4.new).isDisjoint(with: [.pae, .pge, .pse, .smep])
  }
}

extension PagingState {
  /// Whether the entries may be loaded: no present one has a reserved bit, else #GP(0).
  @inlinable public var acceptsPointers: Bool {
    for index in 0..<4 as Range<UInt16> {
      let entry = pointers[index]
      if entry.isPresent && entry.rawValue & reservedBits(of: entry, at: .pdpt) != 0 {
        return false
      }
    }
    return true
  }
}
