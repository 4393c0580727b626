// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Kernel

/// Memory behind page tables, as a processor sees it: every access is translated by the tables that
/// lie in the memory itself, with the walk of X86.
///
/// Its TLB never forgets by itself. Code that changes a translation and does not say so goes on
/// reading and writing the old place, here always, on a processor once in a while.
final class FakeAddressSpace: AddressSpace {
  /// Where the top table is at the start.
  static let firstRoot = PhysAddr(0x1000)
  /// What memory holds before anybody writes to it.
  static let rubbish: UInt64 = 0xBADC_0FFE_E0DD_F00D

  private var frames: [UInt64: [UInt64]] = [:]
  private var tlb: [UInt64: PageWalk.Mapping] = [:]
  /// CR3; a write empties the TLB.
  var root: PhysAddr = firstRoot {
    didSet { forgetAll() }
  }
  private let givingAway = Once("The tables have an owner already")
  /// Accesses that no table allowed.
  private(set) var faults = 0

  /// An address space with a top table that holds nothing but the recursive slot.
  init() {
    frames[Self.firstRoot.value / 4096] = [UInt64](repeating: 0, count: 512)
    store64(Self.firstRoot.value | 3, at: Self.firstRoot + 511 * 8)
  }

  func giveTablesAway() { givingAway.happen() }

  func load(_ address: VirtAddr) -> UInt64 {
    guard let place = translate(address, for: .read) else { return .max }
    return load64(place)
  }

  func store(_ value: UInt64, at address: VirtAddr) {
    guard let place = translate(address, for: .write) else { return }
    store64(value, at: place)
  }

  func forget(_ address: VirtAddr) { tlb[address.value / 4096] = nil }

  func forgetAll() { tlb = [:] }

  /// The walk from the top, whatever the TLB holds.
  func walk(_ address: VirtAddr, for kind: PageAccess.Kind = .read) -> PageWalk {
    let state = PagingState(
      cr0: [.pe, .pg, .wp], cr3: root.value, cr4: .pae, efer: [.lme, .lma, .nxe])
    return state.walk(address, for: PageAccess(kind, as: .supervisor(ac: false)), in: self)
  }

  private func translate(_ address: VirtAddr, for kind: PageAccess.Kind) -> PhysAddr? {
    if let cached = tlb[address.value / 4096],
      kind != .write || cached.rights.contains(.writable)
    {
      return PhysAddr(cached.physical.value & ~4095 | address.value & 4095)
    }
    guard case .mapped(let mapping) = walk(address, for: kind).outcome else {
      faults += 1
      return nil
    }
    tlb[address.value / 4096] = mapping
    return mapping.physical
  }
}

extension FakeAddressSpace: PhysicalMemoryReader {
  func load32(_ address: PhysAddr) -> UInt32 { UInt32(truncatingIfNeeded: load64(address)) }

  func load64(_ address: PhysAddr) -> UInt64 {
    frames[address.value / 4096]?[Int(address.value % 4096 / 8)] ?? Self.rubbish
  }

  func store64(_ value: UInt64, at address: PhysAddr) {
    frames[address.value / 4096, default: [UInt64](repeating: Self.rubbish, count: 512)][
      Int(address.value % 4096 / 8)] = value
  }

  /// The entries of the top table that are not zero, without the recursive slot.
  var usedTopEntries: Int {
    (0..<511).count { load64(root + UInt64($0) * 8) != 0 }
  }
}
