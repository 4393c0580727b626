// SPDX-License-Identifier: GPL-2.0-or-later

/// How much the tables map, and how many they are.
public struct PagingExtent: Equatable, Sendable {
  /// The bytes that are mapped; a page as often as it is mapped.
  public private(set) var bytes: UInt64 = 0
  /// The tables, those that are seen twice counted twice.
  public private(set) var tables = 0
  /// Whether all of them were looked at.
  public private(set) var isComplete = true

  /// Nothing.
  public init() {}

  /// How many tables are looked at: of all, far more than any system has; below a single table, which is asked for at each
  /// write of an entry, what maps 2 GiB by pages of 4 KiB. Tables that lead to each other would be millions.
  private static let (mostTables, mostBelowOne) = (1 << 14, 1 << 10)

  /// A table: where it lies, its level, and the linear address of its first entry.
  public struct Table: Equatable, Sendable {
    /// Where it lies.
    public let place: PhysAddr
    /// Its level.
    public let level: PagingLevel
    /// The first linear address that it decides about.
    public let base: VirtAddr

    /// A table of these parts.
    public init(place: PhysAddr, level: PagingLevel, base: VirtAddr) {
      (self.place, self.level, self.base) = (place, level, base)
    }
  }

  /// What all tables of `paging` map in `memory`; `visit` is called with each of them.
  public init(
    _ paging: PagingState, in memory: borrowing some PhysicalMemoryReader,
    _ visit: (Table) -> Void
  ) {
    self.init()
    guard let top = paging.mode.topLevel else { return }
    let table = Table(place: paging.root, level: top, base: VirtAddr(0))
    add(table, below: [], atMost: Self.mostTables, paging, memory, visit)
  }

  /// What `table` and those that it leads to map.
  public init(
    below table: Table, _ paging: PagingState, in memory: borrowing some PhysicalMemoryReader,
    _ visit: (Table) -> Void
  ) {
    self.init()
    add(table, below: [paging.root], atMost: Self.mostBelowOne, paging, memory, visit)
  }

  /// An entry that leads to one of `above` is recursive: the tables are seen there once more.
  private mutating func add(
    _ table: Table, below above: [PhysAddr], atMost most: Int, _ paging: PagingState,
    _ memory: borrowing some PhysicalMemoryReader, _ visit: (Table) -> Void
  ) {
    guard tables < most else {
      isComplete = false
      return
    }
    tables += 1
    visit(table)
    let (level, shift) = (table.level, paging.mode.shift(of: table.level))
    for index in 0..<paging.mode.entries(at: level) {
      let entry = paging.entry(UInt16(index), of: table.place, at: level, from: memory)
      guard entry.isPresent, entry.rawValue & paging.reservedBits(of: entry, at: level) == 0 else {
        continue
      }
      switch paging.target(of: entry, at: level) {
      case .page(let size): bytes &+= size.rawValue
      case .table(let below):
        if entry.address == table.place || above.contains(entry.address) { continue }
        let base = table.base.value | UInt64(index) << shift
        let next = Table(place: entry.address, level: below, base: .canonical(base, paging.mode))
        add(next, below: above + [table.place], atMost: most, paging, memory, visit)
      }
    }
  }
}

extension PagingMode {
  /// The entries of a table of `level`.
  fileprivate func entries(at level: PagingLevel) -> UInt64 {
    self == .pae && level == .pdpt ? 4 : 4096 / entrySize
  }
}

extension PagingState {
  fileprivate func entry(
    _ index: UInt16, of table: PhysAddr, at level: PagingLevel,
    from memory: borrowing some PhysicalMemoryReader
  ) -> PageTableEntry {
    mode == .pae && level == .pdpt
      ? pointers[index] : load(table + UInt64(index) * mode.entrySize, from: memory)
  }
}

extension VirtAddr {
  /// The address with these lower bits: with 4-level paging bit 47 goes on to the top.
  public static func canonical(_ value: UInt64, _ mode: PagingMode) -> VirtAddr {
    guard mode == .fourLevel else { return VirtAddr(value & 0xffff_ffff) }
    return VirtAddr(UInt64(bitPattern: Int64(bitPattern: value << 16) >> 16))
  }
}
