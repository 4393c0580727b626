// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// What addresses in a kernel are called.
///
/// A symbol with a size names just its bytes. One without, as most assembly labels are, names what
/// follows up to the next symbol or the end of its section.
public struct SymbolTable: Sendable {
  /// A place in the kernel, as a person names it.
  public struct Place: Equatable, Sendable, CustomStringConvertible {
    /// The symbol's name, demangled.
    public var symbol: String
    /// Bytes from the symbol's address.
    public var offset: UInt64

    /// "name" or "name+0x12".
    public var description: String {
      offset == 0 ? symbol : "\(symbol)+\(hex(offset))"
    }
  }

  fileprivate struct Entry: Sendable {
    var symbol: ELFSymbol
    // Where what it can name ends.
    var end: VirtAddr
    // The highest end of this and all sized entries before it.
    var reach: VirtAddr
  }

  private let elf: ELFFile
  private let entries: [Entry]

  /// The symbols of `elf`, sorted; this reads the whole symbol table.
  public init(_ elf: ELFFile) {
    self.elf = elf
    var entries = elf.symbols().compactMap { symbol in
      Self.end(of: symbol, in: elf).map { Entry(symbol: symbol, end: $0, reach: VirtAddr(0)) }
    }
    entries.sort { $0.symbol.precedes($1.symbol) }
    var reach = VirtAddr(0)
    for index in entries.indices {
      if entries[index].symbol.size > 0 { reach = max(reach, entries[index].end) }
      entries[index].reach = reach
    }
    self.entries = entries
  }

  /// All symbols that name a place, by address, with their names as the linker has them.
  var names: some Sequence<(name: String, symbol: ELFSymbol)> {
    entries.lazy.map { (elf.name(of: $0.symbol), $0.symbol) }
  }

  /// What the byte at `address` belongs to; nil if no symbol names it.
  public func place(of address: VirtAddr) -> Place? {
    let candidates = entries[..<entries.partitioningIndex { address < $0.symbol.address }]
    // A sized symbol counts before any label inside it; the innermost one counts.
    for entry in candidates.reversed() {
      if entry.symbol.size > 0 && address < entry.end { return place(of: address, in: entry) }
      guard address < entry.reach else { break }
    }
    guard let nearest = candidates.last, address < nearest.end, nearest.symbol.size == 0 else {
      return nil
    }
    return place(of: address, in: nearest)
  }

  private func place(of address: VirtAddr, in entry: Entry) -> Place {
    let name = elf.name(of: entry.symbol)
    return Place(symbol: demangled(name) ?? name, offset: address - entry.symbol.address)
  }

  // Nil for what names no place in the kernel: section and file names, absolute and undefined ones.
  private static func end(of symbol: ELFSymbol, in elf: ELFFile) -> VirtAddr? {
    let kinds: [ELFSymbol.Kind] = [.none, .object, .function]
    guard kinds.contains(symbol.kind), symbol.nameOffset != 0, symbol.section != 0,
      symbol.section < elf.sections.count
    else { return nil }
    let section = elf.sections[Int(symbol.section)]
    guard symbol.size == 0 else { return symbol.address.saturating(symbol.size) }
    return section.address.saturating(section.size)
  }
}

extension ELFSymbol {
  // Of symbols at one address the one that says most comes last: larger ranges before smaller ones
  // (the smaller is the inner), labels before what has a size, data before code.
  fileprivate func precedes(_ other: ELFSymbol) -> Bool {
    if address != other.address { return address < other.address }
    if (size == 0) != (other.size == 0) { return size == 0 }
    if size != other.size { return size > other.size }
    return kind.rawValue < other.kind.rawValue
  }
}

extension VirtAddr {
  // A symbol may claim to reach past the last address; then it ends there.
  fileprivate func saturating(_ size: UInt64) -> VirtAddr {
    let (end, overflow) = value.addingReportingOverflow(size)
    return VirtAddr(overflow ? .max : end)
  }
}

extension [SymbolTable.Entry] {
  // The number of entries before the first for which `isPast` holds; it holds for all after it.
  fileprivate func partitioningIndex(_ isPast: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isPast(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
