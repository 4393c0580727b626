// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A symbol of an ELF file; its name is read when asked for.
public struct ELFSymbol: Equatable, Sendable {
  /// Where its name begins in the symbols' string section.
  public var nameOffset: UInt32
  /// What it names.
  public var kind: Kind
  /// The index of its section, or one of the reserved numbers from 0xFF00 on; 0 if undefined.
  public var section: UInt16
  /// Where it is.
  public var address: VirtAddr
  /// Bytes; 0 for most assembly labels.
  public var size: UInt64

  /// What symbols name (System V ABI, "Symbol Table": ELF32_ST_TYPE).
  public struct Kind: Equatable, Sendable {
    /// The number, 0...15.
    public var rawValue: UInt8

    /// Not said; what assembly labels are.
    public static let none = Kind(rawValue: 0)
    /// Data.
    public static let object = Kind(rawValue: 1)
    /// Code.
    public static let function = Kind(rawValue: 2)
  }
}

extension ELFFile {
  /// The first symbol table; nil if the file was stripped.
  private var symbolSection: ELFSectionHeader? { sections.first { $0.type == .symbols } }

  /// The symbols of the symbol table in the file's order; empty if it is missing or broken.
  ///
  ///     ELF32, 16 bytes: name 0, value 4, size 8, info 12, other 13, section 14
  ///     ELF64, 24 bytes: name 0, info 4, other 5, section 6, value 8, size 16
  public func symbols() -> [ELFSymbol] {
    guard let table = symbolSection, let bytes = contents(of: table) else { return [] }
    let entrySize: UInt64 = width == .elf32 ? 16 : 24
    var symbols: [ELFSymbol] = []
    symbols.reserveCapacity(bytes.count / Int(entrySize))
    var reader = ByteReader(bytes)
    while let symbol = try? ELFSymbol(from: &reader, width) { symbols.append(symbol) }
    return symbols
  }

  /// A symbol's name as the linker wrote it; empty if the file does not hold it.
  public func name(of symbol: ELFSymbol) -> String {
    guard let table = symbolSection, let names = sections[safely: table.link] else { return "" }
    return string(at: symbol.nameOffset, in: names) ?? ""
  }
}

extension ELFSymbol {
  fileprivate init(
    from reader: inout ByteReader<ArraySlice<UInt8>>, _ width: ELFClass
  ) throws(OutOfBounds) {
    nameOffset = try reader.read()
    var info: UInt8 = 0
    switch width {
    case .elf32:
      address = VirtAddr(UInt64(try reader.read(UInt32.self)))
      size = UInt64(try reader.read(UInt32.self))
      info = try reader.read()
      _ = try reader.read(UInt8.self)
      section = try reader.read()
    case .elf64:
      info = try reader.read()
      _ = try reader.read(UInt8.self)
      section = try reader.read()
      address = VirtAddr(try reader.read())
      size = try reader.read()
    }
    kind = Kind(rawValue: info & 0xF)
  }
}
