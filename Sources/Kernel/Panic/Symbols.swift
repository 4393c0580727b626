// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The names of the kernel's functions, from the symbol table that the loader has put into memory.
///
///     0 name | 4 type and binding | 5 other | 6 section | 8 value | 16 size       24 bytes each
///
/// System V ABI, "Symbol Table", in the form for 64 bits.
struct Symbols {
  private let table: UnsafeRawBufferPointer
  private let names: UnsafeRawBufferPointer

  /// The symbols that `information` tells of; nil if there are none, or not below `limit`.
  init?(_ information: BootInformation, below limit: PhysAddr) {
    guard let sections = information.sections else { return nil }
    for index in 0..<sections.count {
      guard let section = sections[index], section.type == .symbols,
        let strings = sections[UInt64(section.link)],
        let table = Self.bytes(of: section, below: limit),
        let names = Self.bytes(of: strings, below: limit)
      else { continue }
      self.init(table: table, names: names)
      return
    }
    return nil
  }

  /// The symbols in `table`, whose names are in `names`.
  init(table: UnsafeRawBufferPointer, names: UnsafeRawBufferPointer) {
    self.table = table
    self.names = names
  }

  private static func bytes(
    of section: ELFSectionHeader, below limit: PhysAddr
  ) -> UnsafeRawBufferPointer? {
    guard section.address.value < limit.value, limit.value - section.address.value >= section.size,
      let start = UnsafeRawPointer(bitPattern: UInt(section.address.value))
    else { return nil }
    // SAFETY: the loader says that the section is there, and all of it is within reach.
    return UnsafeRawBufferPointer(start: start, count: Int(section.size))
  }

  /// The function that `address` lies in, and how far.
  func function(at address: UInt64) -> (name: UnsafeRawBufferPointer, offset: UInt64)? {
    var reader = ByteReader(table)
    while let symbol = Self.next(&reader) {
      guard symbol.isFunction, address >= symbol.value, address - symbol.value < symbol.size else {
        continue
      }
      let name = names.dropFirst(Int(symbol.name)).prefix { $0 != 0 }
      return (UnsafeRawBufferPointer(rebasing: name), address - symbol.value)
    }
    return nil
  }

  private struct Symbol {
    var name: UInt32
    var isFunction: Bool
    var value: UInt64
    var size: UInt64
  }

  private static func next(_ reader: inout ByteReader<UnsafeRawBufferPointer>) -> Symbol? {
    guard let name: UInt32 = try? reader.read(), let info: UInt8 = try? reader.read() else {
      return nil
    }
    reader.offset += 3
    guard let value: UInt64 = try? reader.read(), let size: UInt64 = try? reader.read() else {
      return nil
    }
    return Symbol(name: name, isFunction: info & 0xF == 2, value: value, size: size)
  }
}
