// SPDX-License-Identifier: GPL-2.0-or-later

/// Random paging structures, in the frames from `Place.tables` on.
struct PageTables {
  enum Kind: CaseIterable { case bits32, pae, fourLevel }

  /// All frames, one after another.
  private(set) var bytes: [UInt8]
  private(set) var cr3: UInt64
  private let entrySize: Int

  /// Structures that map the first 2 MiB to themselves, with faults; or ones that point anywhere.
  init(_ kind: Kind, _ dice: inout Dice) {
    bytes = [UInt8](repeating: 0, count: Place.tableCount * 4096)
    cr3 = Place.tables | dice.next() & 0x18
    entrySize = kind == .bits32 ? 4 : 8
    if dice.once(in: 6) {
      wild(kind, &dice)
    } else {
      sane(kind, &dice)
    }
  }

  private static func frame(_ number: Int) -> UInt64 { Place.tables + UInt64(number) * 4096 }

  private mutating func set(_ table: Int, _ index: Int, _ entry: UInt64) {
    let at = table * 4096 + index * entrySize
    bytes.replaceSubrange(at..<at + entrySize, with: Dice.bytes(entry, entrySize))
  }

  private mutating func sane(_ kind: Kind, _ dice: inout Dice) {
    let upper = UInt64(7)  // present, writable, for users
    let (directory, table) = (2, 3)
    switch kind {
    case .bits32:
      cr3 = Self.frame(directory) | cr3 & 0x18
    case .pae:
      cr3 = Self.frame(1) | cr3 & 0x18
      for index in 0..<4 { set(1, index, Self.frame(directory) | 1) }
    case .fourLevel:
      for index in [0, 1, 0x100, 0x1ff] { set(0, index, Self.frame(1) | upper) }
      for index in [0, 1, 3, 0x1ff] { set(1, index, Self.frame(directory) | upper) }
      if dice.once(in: 4) { set(1, 2, 0x83 | dice.next() & 0x7c) }  // 1 GiB
    }
    for index in 0..<(4096 / entrySize) where index < 4 || !dice.once(in: 16) {
      let large = dice.once(in: 8) && index > 0
      set(directory, index, large ? 0xe7 & ~(dice.next() & 0x46) : Self.frame(table) | upper)
    }
    let user = !dice.once(in: 4)
    for index in 0..<(4096 / entrySize) {
      var entry = UInt64(index) << 12 | 3 | (user ? 4 : 0) | dice.next() & 0x160
      // swift-format-ignore
      switch dice.below(40) {
      case 0:  entry &= ~1
      case 1:  entry &= ~2
      case 2:  entry ^= 4
      case 3:  entry = entry & 0xfff | dice.next() % 0x200 << 12
      case 4:  entry |= kind == .bits32 ? 0x8000_0000 : 1 << (12 + dice.next() % 52)
      case 5:  entry |= kind == .bits32 ? 0x80 : 1 << 63
      default: break
      }
      set(table, index, entry)
    }
    while dice.once(in: 2) { bytes[dice.below(4 * 4096)] ^= 1 << (dice.byte() & 7) }
  }

  private mutating func wild(_ kind: Kind, _ dice: inout Dice) {
    for table in 0..<Place.tableCount {
      for index in 0..<(4096 / entrySize) {
        var entry = Self.frame(dice.below(Place.tableCount)) | dice.next() & 0xf66 | 1
        if dice.once(in: 3) { entry = dice.next() % 0x200 << 12 | dice.next() & 0xfff | 1 }
        if dice.once(in: 16) { entry ^= 1 << (dice.next() % 64) }
        if dice.once(in: 24) { entry = dice.next() }
        set(table, index, entry)
      }
    }
    if kind == .pae { for index in 0..<4 { set(0, index, Self.frame(1 + index) | 1) } }
  }
}
