// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Virtual memory in a row that leads to physical memory in a row, with the same rights throughout.
struct MappedRange: Equatable {
  /// The first address.
  let start: VirtAddr
  /// Bytes.
  private(set) var size: UInt64
  /// Where the first address leads.
  let physical: PhysAddr
  /// What may be done there.
  let rights: PageRights

  /// The range of one page.
  init(start: VirtAddr, size: UInt64, physical: PhysAddr, rights: PageRights) {
    self.start = start
    self.size = size
    self.physical = physical
    self.rights = rights
  }

  /// Makes `next` part of this range if it is its continuation, and says whether it was.
  fileprivate mutating func append(_ next: MappedRange) -> Bool {
    // The last page of the address space is followed by nothing.
    let (end, overflow) = start.value.addingReportingOverflow(size)
    guard !overflow, next.start.value == end, next.rights == rights,
      next.physical == physical + size
    else { return false }
    size += next.size
    return true
  }
}

extension Mapper {
  /// Calls `body` with everything that is mapped, from address 0 up, merged where it can be; but not
  /// with the tables themselves, behind the recursive slot.
  func forEachRange(_ body: (MappedRange) -> Void) {
    var current: MappedRange?
    forEachPage(Table<Level4>.top, VirtAddr(0), .all) { next in
      if current?.append(next) == true { return }
      if let current { body(current) }
      current = next
    }
    if let current { body(current) }
  }

  // The four levels, each a loop over its table; overloads take the place of a recursion, since each
  // level is a type of its own.

  private func forEachPage(
    _ p4: Table<Level4>, _ start: VirtAddr, _ rights: PageRights, _ body: (MappedRange) -> Void
  ) {
    forEachEntry(of: p4, from: start, rights) { index, start, entry, rights in
      guard index != Table<Level4>.recursiveSlot else { return }
      forEachPage(p4.next(index), start, rights, body)
    }
  }

  private func forEachPage(
    _ p3: Table<Level3>, _ start: VirtAddr, _ rights: PageRights, _ body: (MappedRange) -> Void
  ) {
    forEachEntry(of: p3, from: start, rights) { index, start, entry, rights in
      if !report(entry, .pdpt, start, rights, body) {
        forEachPage(p3.next(index), start, rights, body)
      }
    }
  }

  private func forEachPage(
    _ p2: Table<Level2>, _ start: VirtAddr, _ rights: PageRights, _ body: (MappedRange) -> Void
  ) {
    forEachEntry(of: p2, from: start, rights) { index, start, entry, rights in
      if !report(entry, .pd, start, rights, body) {
        forEachPage(p2.next(index), start, rights, body)
      }
    }
  }

  private func forEachPage(
    _ p1: Table<Level1>, _ start: VirtAddr, _ rights: PageRights, _ body: (MappedRange) -> Void
  ) {
    forEachEntry(of: p1, from: start, rights) { _, start, entry, rights in
      _ = report(entry, .pt, start, rights, body)
    }
  }

  /// Calls `body` with each present entry of `table`, which covers memory from `start`.
  private func forEachEntry<Level: TableLevel>(
    of table: Table<Level>, from start: VirtAddr, _ rights: PageRights,
    _ body: (UInt64, VirtAddr, PageTableEntry, PageRights) -> Void
  ) {
    let shift = PagingMode.fourLevel.shift(of: Level.level)
    for index in 0..<Table<Level>.entries {
      let entry = table.entry(index, in: memory)
      guard entry.isPresent else { continue }
      // The upper half of the address space begins at entry 256 of the top table.
      let sign: UInt64 = Level.level == .pml4 && index >= 256 ? 0xFFFF_0000_0000_0000 : 0
      body(
        index, VirtAddr(start.value | sign | index << shift), entry,
        rights.intersection(entry.rights))
    }
  }

  /// Hands on what `entry` maps; false if it points to a table.
  private func report(
    _ entry: PageTableEntry, _ level: PagingLevel, _ start: VirtAddr, _ rights: PageRights,
    _ body: (MappedRange) -> Void
  ) -> Bool {
    guard let size = entry.pageSize(at: level) else { return false }
    body(
      MappedRange(
        start: start, size: size.rawValue, physical: entry.frame(of: size), rights: rights))
    return true
  }
}
