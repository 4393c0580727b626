// SPDX-License-Identifier: GPL-2.0-or-later

/// The multiboot2 boot information (§3.6 "Boot information format"), read tag by tag.
///
///     0 total_size | 4 reserved | 8 tags, 8-aligned ...        tag:  0 type | 4 size | 8 content
///
/// Nothing is trusted: a tag stays inside the information, and its content inside the tag. The
/// kernel reads memory with it; text and tables are slices of what was given, never copies.
public struct Multiboot2Info<Bytes: RandomAccessCollection>
where Bytes.Element == UInt8, Bytes.Index == Int {
  private let bytes: Bytes
  /// Bytes of all of it.
  public let totalSize: UInt32

  /// The information that `bytes` begins with; they may go on behind it.
  public init(_ bytes: Bytes) throws(Multiboot2InfoError) {
    var reader = ByteReader(bytes)
    do throws(OutOfBounds) {
      totalSize = try reader.read()
      _ = try reader.read(UInt32.self)
    } catch {
      throw .truncated(error)
    }
    guard totalSize >= 8, totalSize <= bytes.count else { throw .totalSize(totalSize) }
    self.bytes = bytes
  }

  /// Calls `body` with each tag in turn, up to the one that ends them.
  public func forEachTag(_ body: (Tag) -> Void) throws(Multiboot2InfoError) {
    var offset: UInt64 = 8
    while offset + 8 <= UInt64(totalSize) {
      var reader = ByteReader(bytes, at: offset)
      do throws(OutOfBounds) {
        let type: UInt32 = try reader.read()
        let size: UInt32 = try reader.read()
        if type == Multiboot2.InfoType.end.rawValue { return }
        guard size >= 8, offset + UInt64(size) <= UInt64(totalSize) else {
          throw OutOfBounds(offset: offset, count: UInt64(size), size: UInt64(totalSize))
        }
        let content = try reader.take(UInt64(size) - 8)
        body(try Tag(type: type, content: ByteReader(content)))
        offset += (UInt64(size) + 7) & ~7
      } catch {
        throw .tag(offset: offset)
      }
    }
    throw .noEndTag
  }
}

/// Why boot information cannot be read.
public enum Multiboot2InfoError: Error, Equatable, Sendable {
  /// There is not even a beginning.
  case truncated(OutOfBounds)
  /// It says that it is smaller than its beginning, or larger than the memory it lies in.
  case totalSize(UInt32)
  /// The tag at this offset does not fit into the information, or its content not into it.
  case tag(offset: UInt64)
  /// It ends without a tag that says so.
  case noEndTag
}

extension Multiboot2Info {
  /// Bytes inside a tag.
  public typealias Slice = Bytes.SubSequence

  /// One tag; the types that are not listed (VBE, APM, EFI, ACPI, network) are `other`.
  public enum Tag {
    case commandLine(Text)
    case bootLoaderName(Text)
    case module(start: PhysAddr, end: PhysAddr, arguments: Text)
    case basicMemory(lowerKiB: UInt32, upperKiB: UInt32)
    case bootDevice(drive: UInt32, partition: UInt32, subpartition: UInt32)
    case memoryMap(MemoryMap)
    case framebuffer(MultibootFramebuffer)
    case elfSections(ELFSections)
    case loadBase(PhysAddr)
    case other(type: UInt32)
  }

  /// A string's bytes, without the zero that ends it.
  public typealias Text = Slice.SubSequence

  /// The memory map's regions.
  public struct MemoryMap {
    /// How many there are.
    public let count: UInt64
    private let entrySize: UInt64
    private let entries: ByteReader<Slice>

    fileprivate init(_ content: ByteReader<Slice>) throws(OutOfBounds) {
      var content = content
      entrySize = UInt64(try content.read(UInt32.self))
      _ = try content.read(UInt32.self)
      let left = UInt64(content.bytes.count) - content.offset
      // Entries may grow in later versions of the protocol, never shrink.
      guard entrySize >= 24 else { throw OutOfBounds(offset: 0, count: 24, size: entrySize) }
      count = left / entrySize
      entries = content
    }

    /// The region with this index; nil past the last.
    public subscript(index: UInt64) -> MultibootMemoryRegion? {
      guard index < count else { return nil }
      var reader = ByteReader(entries.bytes, at: entries.offset + index * entrySize)
      guard let start: UInt64 = try? reader.read(), let length: UInt64 = try? reader.read(),
        let kind: UInt32 = try? reader.read()
      else { return nil }
      return MultibootMemoryRegion(
        start: PhysAddr(start), length: length, kind: .init(rawValue: kind))
    }
  }

  /// The section headers of the kernel's own ELF file.
  public struct ELFSections {
    /// How many there are.
    public let count: UInt64
    /// The index of the one that holds the names.
    public let nameSection: UInt32
    private let width: ELFClass
    private let entries: ByteReader<Slice>

    fileprivate init(_ content: ByteReader<Slice>) throws(OutOfBounds) {
      var content = content
      count = UInt64(try content.read(UInt32.self))
      let size = UInt64(try content.read(UInt32.self))
      nameSection = try content.read()
      let left = UInt64(content.bytes.count) - content.offset
      guard size == 40 || size == 64 || count == 0, count * size <= left else {
        throw OutOfBounds(offset: content.offset, count: size, size: left)
      }
      width = size == 40 ? .elf32 : .elf64
      entries = content
    }

    /// The header with this index; nil past the last.
    public subscript(index: UInt64) -> ELFSectionHeader? {
      guard index < count else { return nil }
      let offset = entries.offset + index * width.sectionHeaderSize
      var reader = ByteReader(entries.bytes, at: offset)
      return try? ELFSectionHeader(from: &reader, width)
    }
  }
}

extension Multiboot2Info.Tag {
  fileprivate init(
    type: UInt32, content: ByteReader<Multiboot2Info.Slice>
  ) throws(OutOfBounds) {
    var reader = content
    switch Multiboot2.InfoType(rawValue: type) {
    case .commandLine: self = .commandLine(Self.text(reader))
    case .bootLoaderName: self = .bootLoaderName(Self.text(reader))
    case .module:
      let start: UInt32 = try reader.read()
      let end: UInt32 = try reader.read()
      self = .module(
        start: PhysAddr(UInt64(start)), end: PhysAddr(UInt64(end)), arguments: Self.text(reader))
    case .basicMemory:
      self = .basicMemory(lowerKiB: try reader.read(), upperKiB: try reader.read())
    case .bootDevice:
      self = .bootDevice(
        drive: try reader.read(), partition: try reader.read(), subpartition: try reader.read())
    case .memoryMap: self = .memoryMap(try Multiboot2Info.MemoryMap(reader))
    case .framebuffer: self = .framebuffer(try MultibootFramebuffer(from: &reader))
    case .elfSections: self = .elfSections(try Multiboot2Info.ELFSections(reader))
    case .loadBase: self = .loadBase(PhysAddr(UInt64(try reader.read(UInt32.self))))
    default: self = .other(type: type)
    }
  }

  private static func text(_ reader: ByteReader<Multiboot2Info.Slice>) -> Multiboot2Info.Text {
    reader.bytes.dropFirst(Int(reader.offset)).prefix { $0 != 0 }
  }
}
