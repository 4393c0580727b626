// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

/// The processor's view of memory while it translates addresses: all that code which edits page tables
/// needs of it.
///
/// There is one that is real, `ProcessorMemory`. The tests bring another one, which translates each
/// address by the tables that the code under test has written, and forgets an old translation only
/// when it is told to.
protocol AddressSpace {
  /// The eight bytes at `address`.
  func load(_ address: VirtAddr) -> UInt64
  /// Writes eight bytes at `address`.
  func store(_ value: UInt64, at address: VirtAddr)
  /// Forgets the translation of the page at `address`, and what is cached of the tables above it.
  func forget(_ address: VirtAddr)
  /// Forgets all translations.
  func forgetAll()
  /// The table that translation begins with.
  var root: PhysAddr { get nonmutating set }
  /// Ends the kernel if this is not the first time: the tables as a whole have one owner.
  func giveTablesAway()
}

/// The processor itself.
struct ProcessorMemory: AddressSpace {
  private static let givingAway = Once("The active page tables have an owner already")

  func giveTablesAway() { Self.givingAway.happen() }

  func load(_ address: VirtAddr) -> UInt64 { load_volatile_u64(UInt(address.value)) }

  func store(_ value: UInt64, at address: VirtAddr) {
    store_volatile_u64(UInt(address.value), value)
  }

  // INVLPG also drops every entry of the paging-structure caches, whatever its address
  // (Intel SDM Vol. 3A §4.10.4.1 "Operations that Invalidate TLBs and Paging-Structure Caches").
  func forget(_ address: VirtAddr) { invalidate_page(UInt(address.value)) }

  // So does a MOV to CR3, which leaves only the translations of global pages; the kernel has none.
  func forgetAll() { write_cr3(read_control_state().cr3) }

  /// CR3; its low bits, the caching of the tables themselves, stay 0.
  var root: PhysAddr {
    get { PhysAddr(read_control_state().cr3 & PageTableEntry.addressBits) }
    nonmutating set { write_cr3(newValue.value) }
  }
}
