// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Where a virtual address leads.
struct Translation: Equatable {
  /// The physical address, offset included.
  let physical: PhysAddr
  /// The size of the page that it lies in.
  let size: PageSize
  /// What all entries on the way allow together.
  let rights: PageRights
}

extension Mapper {
  /// Where `address` leads; nil if it is not mapped.
  func translate(_ address: VirtAddr) -> Translation? {
    guard address.isCanonical else { return nil }
    var translation: Translation?
    walk(Page(containing: address)) { level, entry, rights in
      guard entry.isPresent, let size = entry.pageSize(at: level) else { return }
      let offset = address.value & (size.rawValue - 1)
      translation = Translation(
        physical: entry.frame(of: size) + offset, size: size, rights: rights)
    }
    return translation
  }

  /// Calls `body` with each entry on the way to `page`, from the top, and what it and those above it
  /// allow together; the last one maps the page or is not present.
  func walk(_ page: Page, _ body: (PagingLevel, PageTableEntry, PageRights) -> Void) {
    let p4 = Table<Level4>.top
    var rights = PageRights.all
    guard step(p4, page, &rights, body) else { return }
    let p3 = p4.next(page.index(at: .pml4))
    guard step(p3, page, &rights, body) else { return }
    let p2 = p3.next(page.index(at: .pdpt))
    guard step(p2, page, &rights, body) else { return }
    _ = step(p2.next(page.index(at: .pd)), page, &rights, body)
  }

  /// Hands one entry on; true if it leads to a table.
  private func step<Level: TableLevel>(
    _ table: Table<Level>, _ page: Page, _ rights: inout PageRights,
    _ body: (PagingLevel, PageTableEntry, PageRights) -> Void
  ) -> Bool {
    let entry = table.entry(page.index(at: Level.level), in: memory)
    if entry.isPresent { rights.formIntersection(entry.rights) }
    body(Level.level, entry, rights)
    return entry.isPresent && entry.pageSize(at: Level.level) == nil
  }
}

extension PageTableEntry {
  /// The size of the page that this entry maps in a table of `level`; nil if it points to a table.
  func pageSize(at level: PagingLevel) -> PageSize? {
    // swift-format-ignore
    switch level {
    case .pml4: nil
    case .pdpt: flags.contains(.largePage) ? .gib1 : nil
    case .pd:   flags.contains(.largePage) ? .mib2 : nil
    case .pt:   .kib4
    }
  }
}
