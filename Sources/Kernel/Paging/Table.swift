// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A page table of the active tables, reached through the recursive slot.
///
/// Entry 511 of the top table points to the top table itself. An address that goes through it runs
/// out of levels too soon: where it should come to a page it comes to a table. Each further 511 in
/// front drops another level:
///
///      index:        4    3    2    1
///     a page        P4 · P3 · P2 · P1                     the page's bytes
///     its P1       511 · P4 · P3 · P2                     the page of its table, as bytes
///     its P2       511 ·511 · P4 · P3
///     its P3       511 ·511 ·511 · P4
///     the P4       511 ·511 ·511 ·511                     0xffff_ffff_ffff_f000
///
/// From a table's address to the next one's: everything moves up by one index, and the entry's number
/// becomes the last.
struct Table<Level: TableLevel> {
  /// Where the table is seen.
  let address: VirtAddr

  /// The table at `address`, which the caller knows to be one of this level.
  init(uncheckedAt address: VirtAddr) { self.address = address }

  /// Where its entry `index` is seen.
  func place(of index: UInt64) -> VirtAddr {
    precondition(index < Self.entries)
    return address + index * 8
  }

  /// The entry `index`.
  func entry(_ index: UInt64, in memory: borrowing some AddressSpace) -> PageTableEntry {
    PageTableEntry(rawValue: memory.load(place(of: index)))
  }

  /// Replaces the entry `index`.
  func set(_ index: UInt64, to entry: PageTableEntry, in memory: borrowing some AddressSpace) {
    memory.store(entry.rawValue, at: place(of: index))
  }

  /// Whether no entry is used.
  func isEmpty(in memory: borrowing some AddressSpace) -> Bool {
    for index in 0..<Self.entries where entry(index, in: memory).isUsed { return false }
    return true
  }

  /// Makes every entry unused.
  func clear(in memory: borrowing some AddressSpace) {
    for index in 0..<Self.entries { set(index, to: .unused, in: memory) }
  }

  /// How many entries a table has.
  static var entries: UInt64 { 512 }
  /// The slot of the top table that points to it.
  static var recursiveSlot: UInt64 { 511 }
}

extension Table where Level == Level4 {
  /// The active top table.
  static var top: Self { Table(uncheckedAt: VirtAddr(0xFFFF_FFFF_FFFF_F000)) }
}

extension Table where Level: ParentLevel {
  /// The table that entry `index` points to, if it does; to ask is the caller's part.
  func next(_ index: UInt64) -> Table<Level.Below> {
    Table<Level.Below>(uncheckedAt: VirtAddr(address.value << 9 | index << 12))
  }
}

extension PageTableEntry {
  /// An entry that says nothing.
  static var unused: PageTableEntry { PageTableEntry(rawValue: 0) }

  /// Whether it says anything. All bits count: an entry that is not present may still be a note.
  var isUsed: Bool { rawValue != 0 }
}
