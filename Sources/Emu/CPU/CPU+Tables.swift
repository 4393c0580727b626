// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

// What the processor tells of page tables and cached translations. Tables are found when they come into force: by a
// load of CR3, by paging that begins, or by an entry that leads to them. Stores to their pages are told by the engine;
// whether an entry is one of the tables in force is looked at then, by the walk of an address that it decides about.
extension CPU {
  /// Looks for tables, or forgets them, as they are watched or not.
  func noteTablesIfNeeded() {
    let isWanted = watched.contains(.paging)
    guard isWanted != (tables != nil) else { return }
    if let tables {
      finishEntries()
      for offset in tables.offsets { engine_tell_stores(engine, offset, false) }
    }
    tables = isWanted ? TablePages() : nil
    if isWanted { _ = lookForTables(registers) }
  }

  /// Finds all tables in force, and says what they map.
  private func lookForTables(_ registers: Registers) -> PagingExtent {
    updatePaging(registers)
    return PagingExtent(paging, in: board.memory.decoder) { note($0) }
  }

  private func note(_ table: PagingExtent.Table) {
    guard let offset = board.memory.offset(of: table.place) else { return }
    let page = offset & ~0xfff
    tables?.note(table, at: page)
    engine_tell_stores(engine, page, true)
  }

  // MARK: - Entries

  /// A store to a page with a table is about to be made, or a piece of it.
  func reachesTable(_ control: engine_control, _ registers: Registers) {
    let instructions = control.before + 1
    if lastEntries.first?.instructions != instructions { finishAccess() }
    updatePaging(registers)
    let size = paging.mode.entrySize
    var place = control.place & ~(size - 1)
    while place < control.place + UInt64(control.bytes) {
      defer { place += size }
      guard let (walk, step) = entry(at: place, registers) else { continue }
      let level = walk.steps[step].level
      if lastEntries.contains(where: { $0.before.address == walk.address && $0.level == level }) {
        continue
      }
      if lastEntries.isEmpty { board.beforeEvent?() }
      lastEntries.append(
        EntryWrite(
          site: site(of: registers, instructions), before: walk, after: walk, step: step,
          extent: nil, new: walk.steps[step].entry))
    }
  }

  /// A walk that reads the entry at `place` in the block, and the step that does; nil if no table in force has it.
  private func entry(at place: UInt64, _ registers: Registers) -> (PageWalk, Int)? {
    let page = place & ~0xfff
    guard let table = tables?[page] else { return nil }
    if let found = entry(at: place, of: table) { return found }
    // PAE paging's first table has 32 bytes of its page.
    if paging.mode == .pae, table.level == .pdpt, paging.root == table.place { return nil }
    // It is no table any more, or one of another place or level.
    forget(page)
    _ = lookForTables(registers)
    return tables?[page].flatMap { entry(at: place, of: $0) }
  }

  private func entry(at place: UInt64, of table: PagingExtent.Table) -> (PageWalk, Int)? {
    let memory = board.memory.decoder
    guard let start = memory.offset(of: table.place), start <= place, paging.mode != .off else {
      return nil
    }
    let index = (place - start) / paging.mode.entrySize
    let base = table.base.value | index << paging.mode.shift(of: table.level)
    let read = PageAccess(.read, as: .supervisor(ac: true))
    let walk = paging.walk(.canonical(base, paging.mode), for: read, in: memory)
    guard let step = walk.steps.firstIndex(where: { $0.level == table.level }),
      memory.offset(of: walk.steps[step].entryAddress) == place
    else { return nil }
    return (walk, step)
  }

  private func forget(_ page: UInt64) {
    tables?.forget(page)
    engine_tell_stores(engine, page, false)
  }

  /// The stores that came last have been made: tells of the entries that they changed.
  func finishEntries() {
    guard !lastEntries.isEmpty else { return }
    let writes = lastEntries
    lastEntries.removeAll(keepingCapacity: true)
    for write in writes { finish(write) }
  }

  private func finish(_ write: EntryWrite) {
    var write = write
    let memory = board.memory.decoder
    let place = write.before.steps[write.step].entryAddress
    let raw = write.before.mode == .bits32 ? UInt64(memory.load32(place)) : memory.load64(place)
    write.new = PageTableEntry(rawValue: raw)
    guard write.new != write.old else { return }
    write.after = paging.walk(write.before.address, for: write.before.access, in: memory)
    // Beyond an entry of this very write the tables may be others.
    guard write.after.steps.count > write.step else { return }
    if !write.isKept, case .table(let level, let place) = write.after.target(ofStep: write.step),
      write.before.target(ofStep: write.step) != .table(level, place)
    {
      let table = PagingExtent.Table(place: place, level: level, base: write.before.address)
      let isRecursive = write.after.stepWhoseTableReturns(atStep: write.step) != nil
      if !isRecursive { write.extent = PagingExtent(below: table, paging, in: memory) { note($0) } }
    }
    board.emitBetween(.wroteEntry(write))
  }

  // MARK: - Cached translations

  /// INVLPG was executed.
  func invalidated(_ control: engine_control, _ registers: Registers) {
    guard tables != nil else { return }
    updatePaging(registers)
    let read = PageAccess(.read, as: .supervisor(ac: true))
    let walk = paging.walk(VirtAddr(control.value), for: read, in: board.memory)
    tell(flush: .page(walk), .page, nil, at: control.before + 1, registers)
  }

  /// CR0, CR3 or CR4 was loaded: tells what is forgotten, and what is mapped if that may be something else.
  ///
  /// Intel SDM Vol. 3A §4.10.4.1 "Operations that Invalidate TLBs and Paging-Structure Caches".
  func loadedControl(_ number: UInt8, _ control: engine_control, _ registers: Registers) {
    guard tables != nil else { return }
    let cr0 = (old: CR0(rawValue: control.paging.cr0), new: registers.cr0)
    let change: ControlChange.Change
    let scope: TranslationFlush.Scope
    switch number {
    case 0:
      change = .init(old: cr0.old.rawValue, new: cr0.new.rawValue)
      guard cr0.old.contains(.pg) != cr0.new.contains(.pg) else { return }
      scope = cr0.new.contains(.pg) ? .nothing : .all
    case 3:
      change = .init(old: control.paging.cr3, new: registers.cr3)
      guard cr0.new.contains(.pg) else { return }
      scope = .nonGlobal
    case 4:
      let cr4 = (old: CR4(rawValue: control.paging.cr4), new: registers.cr4)
      change = .init(old: cr4.old.rawValue, new: cr4.new.rawValue)
      let changed = cr4.old.symmetricDifference(cr4.new)
      guard cr0.new.contains(.pg),
        !changed.isDisjoint(with: [.pge, .pae])
          || !cr4.old.contains(.smep) && cr4.new.contains(.smep)
      else { return }
      scope = .all
    default: return
    }
    let isOn = registers.cr0.contains(.pg)
    tell(
      flush: .register(number, change), scope, isOn ? lookForTables(registers) : nil,
      at: control.before + 1, registers)
  }

  /// A switch to another task has loaded CR3: as MOV to CR3 does.
  func switchedTables(from old: Registers, _ new: Registers) {
    guard tables != nil, new.cr0.contains(.pg) else { return }
    let change = ControlChange.Change(old: old.cr3, new: new.cr3)
    tell(flush: .register(3, change), .nonGlobal, lookForTables(new), at: instructions, old)
  }

  private func tell(
    flush cause: TranslationFlush.Cause, _ scope: TranslationFlush.Scope, _ extent: PagingExtent?,
    at instructions: UInt64, _ registers: Registers
  ) {
    board.emit(
      .forgotTranslations(
        TranslationFlush(
          site: site(of: registers, instructions), cause: cause, scope: scope, extent: extent)
      ))
  }
}
