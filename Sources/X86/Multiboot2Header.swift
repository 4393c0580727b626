// SPDX-License-Identifier: GPL-2.0-or-later

/// A multiboot2 header as it stands in the kernel's file (§3.1 "OS image format").
///
///     0 magic | 4 architecture | 8 header_length | 12 checksum | 16 tags, 8-aligned ...
///
///     tag:  0 type (16 bits) | 2 flags (16 bits; bit 0 optional) | 4 size | 8 content ...
public struct Multiboot2Header: Equatable, Sendable {
  /// The instruction set the kernel is entered in; `Multiboot2.i386` is the one for PCs.
  public var architecture: UInt32
  /// Bytes from the magic to the end of the last tag.
  public var length: UInt32
  /// What makes magic, architecture, length and itself add up to zero.
  public var checksum: UInt32
  /// The tags, without the one that ends them.
  public var tags: [Tag]

  /// Why a header cannot be read.
  public enum Invalid: Error, Equatable, Sendable {
    /// It goes past the end of the bytes.
    case truncated(OutOfBounds)
    /// The tag at `offset` is smaller than its type's content, or reaches past the header's end.
    case tagSize(offset: UInt64, type: UInt16, size: UInt32)
    /// The header's length was used up at `offset`, and no tag of type 0 ended it.
    case noEndTag(offset: UInt64)
  }

  /// One tag.
  public struct Tag: Equatable, Sendable {
    /// Where it begins in the file.
    public var offset: UInt64
    /// Its number.
    public var type: UInt16
    /// Whether a loader that does not know it may go on.
    public var isOptional: Bool
    /// What it says.
    public var content: Content
  }

  /// What tags say, by their type (§3.1.4 to §3.1.13).
  public enum Content: Equatable, Sendable {
    /// 1: the kernel needs boot information tags of these types.
    case informationRequest([UInt32])
    /// 2: how to load the file, whatever its format.
    case addresses(MultibootAddresses)
    /// 3: the first instruction.
    case entry(PhysAddr)
    /// 4: what the kernel does with a console.
    case console(isRequired: Bool, supportsText: Bool)
    /// 5: the screen wished for; 0 for no preference.
    case framebuffer(width: UInt32, height: UInt32, depth: UInt32)
    /// 6: modules begin on 4 KiB boundaries.
    case moduleAlignment
    /// 7, 8 and 9: what counts only on EFI.
    case efi
    /// 10: the kernel may be loaded elsewhere.
    case relocatable(Relocation)
    /// Any other.
    case unknown
  }

  /// Where a kernel that may be moved wants to be (§3.1.13 "Relocatable header tag").
  public struct Relocation: Equatable, Sendable {
    /// The lowest address for its first byte.
    public var lowest: UInt32
    /// The highest address for its last byte.
    public var highest: UInt32
    /// Its first byte's address is a multiple of this.
    public var alignment: UInt32
    /// 0 none, 1 as low as possible, 2 as high as possible.
    public var preference: UInt32
  }

  /// Reads the header that begins, with its magic, at `offset` of `bytes`.
  public init<Bytes>(in bytes: Bytes, at offset: UInt64) throws(Invalid)
  where Bytes: RandomAccessCollection, Bytes.Element == UInt8, Bytes.Index == Int {
    var reader = ByteReader(bytes, at: offset)
    do throws(OutOfBounds) {
      _ = try reader.read(UInt32.self)
      architecture = try reader.read()
      length = try reader.read()
      checksum = try reader.read()
    } catch {
      throw .truncated(error)
    }
    tags = try Self.tags(in: bytes, from: reader.offset, to: offset + UInt64(length))
  }

  private static func tags<Bytes>(
    in bytes: Bytes, from start: UInt64, to end: UInt64
  ) throws(Invalid) -> [Tag]
  where Bytes: RandomAccessCollection, Bytes.Element == UInt8, Bytes.Index == Int {
    var tags: [Tag] = []
    var offset = start
    while offset + 8 <= end {
      var reader = ByteReader(bytes, at: offset)
      let type: UInt16, flags: UInt16, size: UInt32
      do throws(OutOfBounds) {
        type = try reader.read()
        flags = try reader.read()
        size = try reader.read()
      } catch {
        throw .truncated(error)
      }
      if type == 0 { return tags }
      let invalid = Invalid.tagSize(offset: offset, type: type, size: size)
      guard size >= 8, offset + UInt64(size) <= end else { throw invalid }
      do throws(OutOfBounds) {
        // Content is read from a reader that ends with the tag, so that it cannot leave it.
        _ = try reader.take(UInt64(size) - 8)
        let content = try Content(
          of: type, in: ByteReader(bytes.prefix(Int(reader.offset)), at: offset + 8))
        tags.append(
          Tag(offset: offset, type: type, isOptional: flags & 1 != 0, content: content))
      } catch {
        throw error.size == UInt64(bytes.count) ? .truncated(error) : invalid
      }
      offset += (UInt64(size) + 7) & ~7
    }
    throw .noEndTag(offset: offset)
  }
}

extension Multiboot2Header.Content {
  fileprivate init<Bytes>(
    of type: UInt16, in reader: ByteReader<Bytes>
  ) throws(OutOfBounds) {
    var reader = reader
    switch type {
    case 1:
      let count = (UInt64(reader.bytes.count) - reader.offset) / 4
      var types: [UInt32] = []
      for _ in 0..<count { types.append(try reader.read()) }
      self = .informationRequest(types)
    case 2: self = .addresses(try MultibootAddresses(from: &reader))
    case 3: self = .entry(PhysAddr(UInt64(try reader.read(UInt32.self))))
    case 4:
      let flags: UInt32 = try reader.read()
      self = .console(isRequired: flags & 1 != 0, supportsText: flags & 2 != 0)
    case 5:
      self = .framebuffer(
        width: try reader.read(), height: try reader.read(), depth: try reader.read())
    case 6: self = .moduleAlignment
    case 7, 8, 9: self = .efi
    case 10:
      self = .relocatable(
        Multiboot2Header.Relocation(
          lowest: try reader.read(), highest: try reader.read(),
          alignment: try reader.read(), preference: try reader.read()))
    default: self = .unknown
    }
  }
}
