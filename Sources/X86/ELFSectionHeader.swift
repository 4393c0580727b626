// SPDX-License-Identifier: GPL-2.0-or-later

/// Whether an ELF file's addresses are 32 or 64 bits wide.
public enum ELFClass: UInt8, Sendable {
  case elf32 = 1
  case elf64 = 2
}

/// One entry of an ELF section header table (System V ABI, "Sections"), in a file or in memory.
///
///                  name type flags addr offset size link info addralign entsize
///     ELF32, 40     0    4    8     12   16    20   24   28   32        36
///     ELF64, 64     0    4    8     16   24    32   40   44   48        56
public struct ELFSectionHeader: Equatable, Sendable {
  /// Where its name begins in the section that holds the names.
  public var nameOffset: UInt32
  /// What it holds.
  public var type: Kind
  /// What it needs in memory.
  public var flags: Flags
  /// Where it lies while the program runs; 0 if it is not part of it.
  public var address: VirtAddr
  /// Where its bytes begin in the file.
  public var offset: UInt64
  /// Bytes in the file, or in memory for `zeroes`.
  public var size: UInt64
  /// The index of a section that belongs to it: for symbols, the one with their names.
  public var link: UInt32
  /// More about it, by type.
  public var info: UInt32
  /// Its address is a multiple of this; 0 and 1 stand for anywhere.
  public var alignment: UInt64
  /// Bytes of each entry, for tables.
  public var entrySize: UInt64

  /// Types of section, as far as they matter here.
  public struct Kind: Equatable, Sendable {
    /// The number.
    public var rawValue: UInt32

    /// The type with this number.
    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// No section at all.
    public static let null = Kind(rawValue: 0)
    /// Bytes of the program.
    public static let program = Kind(rawValue: 1)
    /// The symbol table.
    public static let symbols = Kind(rawValue: 2)
    /// Strings.
    public static let strings = Kind(rawValue: 3)
    /// Relocations with an addend.
    public static let relocationsWithAddend = Kind(rawValue: 4)
    /// Memory that begins as zeros and has no bytes in the file.
    public static let zeroes = Kind(rawValue: 8)
    /// Relocations.
    public static let relocations = Kind(rawValue: 9)
  }

  /// A section's rights and needs.
  public struct Flags: OptionSet, Equatable, Sendable {
    /// The bits.
    public let rawValue: UInt64
    /// The flags with these bits.
    @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// It is written to.
    public static let writable = Flags(rawValue: 1 << 0)
    /// It is in memory while the program runs.
    public static let allocated = Flags(rawValue: 1 << 1)
    /// It holds instructions.
    public static let executable = Flags(rawValue: 1 << 2)
  }

  /// Reads the entry where `reader` stands.
  @inlinable public init<Bytes>(
    from reader: inout ByteReader<Bytes>, _ width: ELFClass
  ) throws(OutOfBounds) {
    nameOffset = try reader.read()
    type = Kind(rawValue: try reader.read())
    flags = Flags(rawValue: try reader.read(width))
    address = VirtAddr(try reader.read(width))
    offset = try reader.read(width)
    size = try reader.read(width)
    link = try reader.read()
    info = try reader.read()
    alignment = try reader.read(width)
    entrySize = try reader.read(width)
  }
}

extension ByteReader {
  /// The next address, offset or size of an ELF file of this class.
  @inlinable public mutating func read(_ width: ELFClass) throws(OutOfBounds) -> UInt64 {
    switch width {
    case .elf32: UInt64(try read(UInt32.self))
    case .elf64: try read(UInt64.self)
    }
  }
}

extension ELFClass {
  /// Bytes of a section header.
  public var sectionHeaderSize: UInt64 { self == .elf32 ? 40 : 64 }
  /// Where a section header holds the section's address.
  public var sectionAddressOffset: Int { self == .elf32 ? 12 : 16 }
}
