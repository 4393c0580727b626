// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Page tables that no processor uses: a top table with its recursive slot, and what hangs on it.
struct InactiveTables {
  /// The frame of the top table.
  let root: PhysAddr
}

/// The tables that the processor uses, as a whole: one can edit others from here, and switch to them.
///
/// What edits single entries is the `mapper`. While inactive tables are edited, no other edit can begin:
/// an address space gives its tables away once, they cannot be copied, and an edit has them for itself.
struct ActiveTables<Memory: AddressSpace>: ~Copyable {
  /// For single entries.
  let mapper: Mapper<Memory>
  /// A page that nothing else uses: where a frame is seen for a moment.
  let temporary: Page

  /// The tables that `memory` uses; ends the kernel if somebody has had them before.
  init(of memory: Memory, temporary: Page = Page(containing: VirtAddr(0xCAFE_BABE_000))) {
    memory.giveTablesAway()
    mapper = Mapper(memory: memory)
    self.temporary = temporary
  }

  private var memory: Memory { mapper.memory }

  /// Makes tables that map nothing.
  mutating func makeInactive(
    tablesFrom frames: inout FrameAllocator
  ) throws(MapError) -> InactiveTables {
    guard let frame = frames.allocate() else { throw .outOfFrames }
    let root = frame.start
    do throws(MapError) {
      try withFrame(root, tablesFrom: &frames) { table, _ in
        table.clear(in: memory)
        table.set(Table<Level4>.recursiveSlot, to: Self.pointer(to: root), in: memory)
      }
    } catch {
      frames.deallocate(frame)
      throw error
    }
    return InactiveTables(root: root)
  }

  /// Calls `body` with a mapper for `tables`, which remain inactive.
  ///
  /// Meanwhile the recursive slot of the active top table points to the other top table, so that
  /// every table is reached as it is when it is active:
  ///
  ///     CR3 ──▶ active P4 ─ 511 ──▶ inactive P4 ─ 511 ──▶ itself
  ///               │
  ///               └─ … ──▶ temporary page: the active P4, to set its slot right again
  mutating func edit(
    _ tables: InactiveTables, tablesFrom frames: inout FrameAllocator,
    _ body: (Mapper<Memory>, inout FrameAllocator) throws(MapError) -> Void
  ) throws(MapError) {
    let active = memory.root
    try withFrame(active, tablesFrom: &frames) { table, frames throws(MapError) in
      let slot = Table<Level4>.recursiveSlot
      Table<Level4>.top.set(slot, to: Self.pointer(to: tables.root), in: memory)
      memory.forgetAll()
      defer {
        table.set(slot, to: Self.pointer(to: active), in: memory)
        memory.forgetAll()
      }
      try body(mapper, &frames)
    }
  }

  /// Has the processor use `tables`, and returns those that it has used so far.
  mutating func activate(_ tables: InactiveTables) -> InactiveTables {
    let old = InactiveTables(root: memory.root)
    memory.root = tables.root
    return old
  }

  /// Calls `body` with the frame at `frame` as a table; one of the lowest level, since what hangs on
  /// it is not where the recursive slot shows it.
  private func withFrame(
    _ frame: PhysAddr, tablesFrom frames: inout FrameAllocator,
    _ body: (Table<Level1>, inout FrameAllocator) throws(MapError) -> Void
  ) throws(MapError) {
    try mapper.map(temporary, to: frame, .writable, tablesFrom: &frames)
    var failure: MapError?
    do throws(MapError) {
      try body(Table<Level1>(uncheckedAt: temporary.start), &frames)
    } catch {
      failure = error
    }
    do throws(UnmapError) {
      _ = try mapper.unmap(temporary, tablesTo: &frames).flush()
    } catch {
      panic("The temporary page is gone: \(error)")
    }
    if let failure { throw failure }
  }

  /// The recursive slot makes pages of all tables: to be written, and not to be executed.
  private static func pointer(to table: PhysAddr) -> PageTableEntry {
    PageTableEntry(address: table, flags: [.present, .writable, .noExecute])
  }
}
