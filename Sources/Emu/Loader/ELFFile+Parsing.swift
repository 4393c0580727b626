// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension ELFFile {
  /// Why a file's tables cannot be read.
  public enum Invalid: Error, Equatable, Sendable {
    /// The first four bytes are not 7F 'E' 'L' 'F'.
    case notELF
    /// EI_CLASS (offset 4) is neither 1 nor 2.
    case unknownClass(UInt8)
    /// EI_DATA (offset 5) says that the highest byte comes first.
    case bigEndian(UInt8)
    /// A table goes past the end of the file.
    case truncated(Part, OutOfBounds)
    /// The entries of a table are too small to hold what they must.
    case entrySize(Part, size: UInt16, least: UInt64)
  }

  /// The parts of a file that are read at once.
  public enum Part: String, Sendable {
    case fileHeader = "file header"
    case segments = "program header table"
    case sections = "section header table"
  }

  /// Whether `bytes` begin like an ELF file.
  public static func isELF(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x7F, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")])
  }

  /// Reads the tables of the file whose bytes these are.
  ///
  ///     0 magic | 4 class | 5 data | 16 type | 18 machine | 20 version | 24 entry, phoff, shoff,
  ///     flags, ehsize, phentsize, phnum, shentsize, shnum, shstrndx
  public init(parsing bytes: [UInt8]) throws(Invalid) {
    guard Self.isELF(bytes) else { throw .notELF }
    let header = try Self.reading(.fileHeader) { () throws(OutOfBounds) in
      try FileHeader(ByteReader(bytes, at: 4))
    }
    guard let width = ELFClass(rawValue: header.width) else { throw .unknownClass(header.width) }
    guard header.data == 1 else { throw .bigEndian(header.data) }
    let tables = try Self.reading(.fileHeader) { () throws(OutOfBounds) in
      try Tables(ByteReader(bytes, at: 16), width)
    }
    self.bytes = bytes
    self.width = width
    type = tables.type
    machine = tables.machine
    entry = tables.entry
    sectionTableOffset = tables.sectionOffset
    sectionEntrySize = UInt64(tables.sectionEntrySize)
    let first = try Self.firstSection(bytes, tables, width)
    sections = try Self.table(
      .sections, in: bytes, at: tables.sectionOffset, entrySize: tables.sectionEntrySize,
      least: width.sectionHeaderSize,
      count: tables.sectionOffset == 0 ? 0 : tables.sectionCount(first)
    ) { (reader) throws(OutOfBounds) in try ELFSectionHeader(from: &reader, width) }
    nameSection = tables.nameSection(first)
    segments = try Self.table(
      .segments, in: bytes, at: tables.segmentOffset, entrySize: tables.segmentEntrySize,
      least: width == .elf32 ? 32 : 56, count: tables.segmentCount(first)
    ) { (reader) throws(OutOfBounds) in try Segment(from: &reader, width) }
  }

  private static func firstSection(
    _ bytes: [UInt8], _ tables: Tables, _ width: ELFClass
  ) throws(Invalid) -> ELFSectionHeader? {
    guard tables.needsFirstSection else { return nil }
    return try reading(.sections) { () throws(OutOfBounds) in
      var reader = ByteReader(bytes, at: tables.sectionOffset)
      return try ELFSectionHeader(from: &reader, width)
    }
  }

  private static func table<Entry>(
    _ part: Part, in bytes: [UInt8], at start: UInt64, entrySize: UInt16, least: UInt64,
    count: UInt64, entry: (inout ByteReader<[UInt8]>) throws(OutOfBounds) -> Entry
  ) throws(Invalid) -> [Entry] {
    guard count > 0 else { return [] }
    guard UInt64(entrySize) >= least else {
      throw .entrySize(part, size: entrySize, least: least)
    }
    return try reading(part) { () throws(OutOfBounds) in
      // The whole table is asked for first: it bounds the work that a hostile count can cause.
      var reader = ByteReader(bytes, at: start)
      _ = try reader.take(count * UInt64(entrySize))
      var entries: [Entry] = []
      for index in 0..<count {
        var reader = ByteReader(bytes, at: start + index * UInt64(entrySize))
        entries.append(try entry(&reader))
      }
      return entries
    }
  }

  private static func reading<Value>(
    _ part: Part, _ body: () throws(OutOfBounds) -> Value
  ) throws(Invalid) -> Value {
    do throws(OutOfBounds) {
      return try body()
    } catch {
      throw .truncated(part, error)
    }
  }
}

/// The bytes that say how to read the rest.
private struct FileHeader {
  var width: UInt8
  var data: UInt8

  init(_ reader: ByteReader<[UInt8]>) throws(OutOfBounds) {
    var reader = reader
    width = try reader.read()
    data = try reader.read()
  }
}

/// The file header from offset 16 on.
private struct Tables {
  var type: ELFFile.Kind
  var machine: ELFFile.Machine
  var entry: VirtAddr
  var segmentOffset: UInt64
  var sectionOffset: UInt64
  var segmentEntrySize: UInt16
  var sectionEntrySize: UInt16
  private var segments: UInt16
  private var sections: UInt16
  private var names: UInt16

  init(_ reader: ByteReader<[UInt8]>, _ width: ELFClass) throws(OutOfBounds) {
    var reader = reader
    type = ELFFile.Kind(rawValue: try reader.read())
    machine = ELFFile.Machine(rawValue: try reader.read())
    _ = try reader.read(UInt32.self)  // version
    entry = VirtAddr(try reader.read(width))
    segmentOffset = try reader.read(width)
    sectionOffset = try reader.read(width)
    _ = try reader.take(6)  // flags, ehsize
    segmentEntrySize = try reader.read()
    segments = try reader.read()
    sectionEntrySize = try reader.read()
    sections = try reader.read()
    names = try reader.read()
  }

  // Numbers too large for 16 bits stand in the first, otherwise empty, section header.
  var needsFirstSection: Bool {
    sectionOffset != 0 && (sections == 0 || names == 0xFFFF || segments == 0xFFFF)
  }

  func sectionCount(_ first: ELFSectionHeader?) -> UInt64 {
    // A count that 32 bits do not hold would not leave room for its table either.
    sections == 0 ? min(first?.size ?? 0, 0xFFFF_FFFF) : UInt64(sections)
  }

  func nameSection(_ first: ELFSectionHeader?) -> UInt32 {
    names == 0xFFFF ? first?.link ?? 0 : UInt32(names)
  }

  func segmentCount(_ first: ELFSectionHeader?) -> UInt64 {
    segments == 0xFFFF ? UInt64(first?.info ?? 0xFFFF) : UInt64(segments)
  }
}

extension ELFFile.Segment {
  /// Reads the program header where `reader` stands; the classes differ in where the flags are.
  fileprivate init(
    from reader: inout ByteReader<[UInt8]>, _ width: ELFClass
  ) throws(OutOfBounds) {
    type = Kind(rawValue: try reader.read())
    flags = width == .elf64 ? try reader.read() : 0
    offset = try reader.read(width)
    virtual = VirtAddr(try reader.read(width))
    physical = PhysAddr(try reader.read(width))
    fileSize = try reader.read(width)
    memorySize = try reader.read(width)
    if width == .elf32 { flags = try reader.read() }
    alignment = try reader.read(width)
  }
}
