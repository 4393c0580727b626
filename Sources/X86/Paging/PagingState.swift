// SPDX-License-Identifier: GPL-2.0-or-later

/// What the control registers say about paging: all that a walk needs besides memory.
///
/// Compute it once after each change of CR0, CR3, CR4 or EFER, and each load of PAE paging's pointers. EFLAGS.AC is no part of it, since it
/// changes with every STAC and POPF: it comes with the access.
public struct PagingState: Hashable, Sendable {
  /// The paging mode.
  public let mode: PagingMode
  /// The first table, from CR3.
  public let root: PhysAddr
  /// The first table itself, with PAE paging.
  public let pointers: PointerEntries

  /// Whether the supervisor may not write to read-only pages (CR0.WP).
  @usableFromInline let writeProtect: Bool
  /// Whether the supervisor may not fetch from user pages (CR4.SMEP).
  @usableFromInline let smep: Bool
  /// Whether the supervisor may not read or write user pages (CR4.SMAP).
  @usableFromInline let smap: Bool
  /// Whether a page-directory entry may map a large page; always, but for CR4.PSE in 32-bit paging.
  @usableFromInline let directoryMapsPages: Bool
  /// Whether a page-directory-pointer-table entry may map a 1 GiB page.
  @usableFromInline let pointerTableMapsPages: Bool
  /// Whether a fetch shows in the error code.
  @usableFromInline let reportsFetch: Bool
  /// The bits that are reserved in every entry, whatever its level.
  @usableFromInline let reservedEverywhere: UInt64
  /// The bits that are reserved in an entry for a 4 MiB page.
  @usableFromInline let reserved4MiB: UInt64

  /// The state for these registers on a processor with physical addresses of `physicalAddressBits`
  /// (MAXPHYADDR, 32...52).
  @inlinable public init(
    cr0: CR0, cr3: UInt64, cr4: CR4, efer: EFER, pointers: PointerEntries = .absent,
    physicalAddressBits: Int = CPUModel.physicalAddressBits,
    pages1GiB: Bool = CPUModel.hasPages1GiB
  ) {
    let mode = PagingMode(cr0: cr0, cr4: cr4, efer: efer)
    let noExecute = efer.contains(.nxe)
    let beyondAddress = ~UInt64(0) << UInt64(physicalAddressBits)
    self.mode = mode
    root = Self.root(cr3: cr3, mode: mode, beyondAddress: beyondAddress)
    self.pointers = pointers
    writeProtect = cr0.contains(.wp)
    smep = cr4.contains(.smep)
    smap = cr4.contains(.smap)
    directoryMapsPages = mode != .bits32 || cr4.contains(.pse)
    pointerTableMapsPages = mode == .fourLevel && pages1GiB
    // Intel SDM Vol. 3A §4.7 "Page-Fault Exceptions", I/D flag.
    reportsFetch = cr4.contains(.smep) || cr4.contains(.pae) && noExecute

    let xd: UInt64 = noExecute ? 0 : 1 << 63
    // swift-format-ignore
    switch mode {
    case .off, .bits32: reservedEverywhere = 0
    case .pae:          reservedEverywhere = beyondAddress & ~(1 << 63) | xd
    case .fourLevel:    reservedEverywhere = beyondAddress & PageTableEntry.addressBits | xd
    }
    // Bits 39..32 of the address are in 20..13; what MAXPHYADDR leaves of them is reserved.
    reserved4MiB = beyondAddress >> 19 & 0x1f_e000 | 1 << 21
  }

  /// The first table's address:
  ///
  ///     32-bit, 4-level   CR3 bits M-1..12
  ///     PAE               CR3 bits 31..5: four entries, 32-byte aligned
  ///
  /// Intel SDM Vol. 3A Tables 4-3, 4-7 and 4-12 "Use of CR3".
  @inlinable static func root(cr3: UInt64, mode: PagingMode, beyondAddress: UInt64) -> PhysAddr {
    // swift-format-ignore
    switch mode {
    case .off:       PhysAddr(0)
    case .bits32:    PhysAddr(cr3 & 0xffff_f000)
    case .pae:       PhysAddr(cr3 & 0xffff_ffe0)
    case .fourLevel: PhysAddr(cr3 & PageTableEntry.addressBits & ~beyondAddress)
    }
  }
}
