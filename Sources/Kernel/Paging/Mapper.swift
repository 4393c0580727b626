// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Reads and changes the active page tables.
///
/// It owns the tables but not what is mapped: the frames of tables come from a `FrameAllocator` and go
/// back to it when they are empty.
struct Mapper<Memory: AddressSpace> {
  /// Through which the tables are reached.
  let memory: Memory

  /// Maps `page` to the frame at `frame`.
  ///
  /// The tables on the way allow everything that some page below them may need, and the page's own
  /// entry says what it may do. Nothing has to be flushed: the processor keeps no translation for what
  /// was not present (Intel SDM Vol. 3A §4.10.2.3 "Details of TLB Use").
  func map(
    _ page: Page, to frame: PhysAddr, _ flags: PageTableEntry.Flags,
    tablesFrom frames: inout FrameAllocator
  ) throws(MapError) {
    do throws(MapError) {
      let p3 = try descend(Table<Level4>.top, page, &frames)
      let p2 = try descend(p3, page, &frames)
      let p1 = try descend(p2, page, &frames)
      let index = page.index(at: .pt)
      let old = p1.entry(index, in: memory)
      guard !old.isUsed else { throw .alreadyMapped(to: old.address) }
      p1.set(index, to: PageTableEntry(address: frame, flags: flags.union(.present)), in: memory)
    } catch {
      removeEmptyTables(above: page, &frames)
      throw error
    }
  }

  /// Maps the page that has the same address as the frame at `frame`.
  func identityMap(
    _ frame: PhysAddr, _ flags: PageTableEntry.Flags, tablesFrom frames: inout FrameAllocator
  ) throws(MapError) {
    try map(
      Page(containing: VirtAddr(frame.value)), to: frame, flags, tablesFrom: &frames)
  }

  /// Unmaps `page`. Tables that are empty then go back to `frames`; what was mapped comes out of the
  /// result.
  func unmap(
    _ page: Page, tablesTo frames: inout FrameAllocator
  ) throws(UnmapError) -> PendingFlush<Memory> {
    let old = try replaceEntry(of: page) { _ in .unused }
    removeEmptyTables(above: page, &frames)
    return PendingFlush(of: page, on: old.address, in: memory)
  }

  /// Changes what may be done with `page`.
  func protect(
    _ page: Page, _ flags: PageTableEntry.Flags
  ) throws(UnmapError) -> PendingFlush<Memory> {
    let old = try replaceEntry(of: page) { old in
      PageTableEntry(address: old.address, flags: flags.union(.present))
    }
    return PendingFlush(of: page, on: old.address, in: memory)
  }

  /// Replaces the entry that maps `page`, and returns the old one.
  private func replaceEntry(
    of page: Page, with new: (PageTableEntry) -> PageTableEntry
  ) throws(UnmapError) -> PageTableEntry {
    let p3 = try existing(Table<Level4>.top, page)
    let p2 = try existing(p3, page)
    let p1 = try existing(p2, page)
    let index = page.index(at: .pt)
    let old = p1.entry(index, in: memory)
    guard old.isPresent else { throw .notMapped(.pt) }
    p1.set(index, to: new(old), in: memory)
    return old
  }

  /// The table below `table` on the way to `page`, made if there is none.
  private func descend<Level: ParentLevel>(
    _ table: Table<Level>, _ page: Page, _ frames: inout FrameAllocator
  ) throws(MapError) -> Table<Level.Below> {
    let index = page.index(at: Level.level)
    let next = table.next(index)
    let entry = table.entry(index, in: memory)
    if entry.isPresent {
      guard !entry.flags.contains(.largePage) else { throw .parentIsHuge(Level.level) }
      return next
    }
    guard let frame = frames.allocate() else { throw .outOfFrames }
    table.set(
      index, to: PageTableEntry(address: frame.start, flags: [.present, .writable]), in: memory)
    next.clear(in: memory)
    return next
  }

  /// The table below `table` on the way to `page`, which has to be there.
  private func existing<Level: ParentLevel>(
    _ table: Table<Level>, _ page: Page
  ) throws(UnmapError) -> Table<Level.Below> {
    let index = page.index(at: Level.level)
    let entry = table.entry(index, in: memory)
    guard entry.isPresent else { throw .notMapped(Level.level) }
    guard !entry.flags.contains(.largePage) else { throw .parentIsHuge(Level.level) }
    return table.next(index)
  }

  /// Gives the tables on the way to `page` back that have become empty, from the lowest up.
  private func removeEmptyTables(above page: Page, _ frames: inout FrameAllocator) {
    let p4 = Table<Level4>.top
    guard let p3 = try? existing(p4, page) else { return }
    if let p2 = try? existing(p3, page) {
      if let p1 = try? existing(p2, page) {
        guard remove(p1, from: p2, page, &frames) else { return }
      }
      guard remove(p2, from: p3, page, &frames) else { return }
    }
    _ = remove(p3, from: p4, page, &frames)
  }

  /// Gives the frame of `table` back if the table is empty, and says whether it was.
  private func remove<Level: ParentLevel>(
    _ table: Table<Level.Below>, from parent: Table<Level>, _ page: Page,
    _ frames: inout FrameAllocator
  ) -> Bool {
    guard table.isEmpty(in: memory) else { return false }
    let index = page.index(at: Level.level)
    let frame = parent.entry(index, in: memory).address
    parent.set(index, to: .unused, in: memory)
    // The table was seen at an address of its own: the next one to be seen there is another.
    memory.forget(table.address)
    frames.deallocate(Frame(owning: frame))
    return true
  }
}

/// Why a page could not be mapped.
enum MapError: Error, Equatable {
  /// It is mapped, to this frame.
  case alreadyMapped(to: PhysAddr)
  /// It is part of a huge page, which an entry of this level maps.
  case parentIsHuge(PagingLevel)
  /// A table was needed, and there was no frame for it.
  case outOfFrames
}

/// Why a page could not be unmapped.
enum UnmapError: Error, Equatable {
  /// It is not mapped: the entry of this level leads nowhere.
  case notMapped(PagingLevel)
  /// It is part of a huge page, which an entry of this level maps.
  case parentIsHuge(PagingLevel)
}
