// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import X86

private func littleEndian(_ words: [UInt32]) -> [UInt8] {
  var bytes: [UInt8] = []
  for word in words { bytes.append(littleEndian: word) }
  return bytes
}

/// Integers from bytes, and the end of the bytes.
@Suite struct ByteReaderTests {
  @Test func integersAreLittleEndianAndFollowEachOther() throws {
    var reader = ByteReader((1...15).map { UInt8($0) }[...])
    #expect(try reader.read(UInt8.self) == 0x01)
    #expect(try reader.read(UInt16.self) == 0x0302)
    #expect(try reader.read(UInt32.self) == 0x0706_0504)
    #expect(try reader.read(UInt64.self) == 0x0F0E_0D0C_0B0A_0908)
    #expect(reader.offset == 15)
  }

  @Test func offsetsCountFromTheStartOfASlice() throws {
    var reader = ByteReader([9, 9, 1, 2, 3][2...], at: 1)
    #expect(try reader.read(UInt16.self) == 0x0302)
  }

  @Test(arguments: [
    (UInt64(0), UInt64(5)), (4, 1), (5, 0), (.max, 1), (1, .max), (.max, .max),
  ])
  func readsPastTheEndAreRefused(_ offset: UInt64, _ count: UInt64) {
    var reader = ByteReader([1, 2, 3, 4] as [UInt8], at: offset)
    #expect(throws: OutOfBounds(offset: offset, count: count, size: 4)) {
      try reader.take(count)
    }
    #expect(reader.offset == offset)
  }
}

/// The headers of both protocols, field by field.
@Suite struct MultibootHeaderTests {
  @Test func aMultiboot1HeaderHasTheFieldsItsFlagsName() throws {
    let words: [UInt32] = [
      0x1BAD_B002, 0x1_0004, 7, 0x10, 0x20, 0x30, 0x40, 0x50, 1, 80, 25, 0,
    ]
    var reader = ByteReader([0xEE] + littleEndian(words), at: 1)
    let header = try Multiboot1Header(from: &reader)
    #expect(header.flags == [.addressFields, .videoMode])
    #expect(header.checksum == 7)
    #expect(
      header.addresses
        == MultibootAddresses(header: 0x10, load: 0x20, loadEnd: 0x30, bssEnd: 0x40))
    #expect(header.entry == PhysAddr(0x50))
    #expect(header.video?.type == 1 && header.video?.width == 80 && header.video?.height == 25)
  }

  @Test func videoFieldsKeepTheirPlaceWithoutAddressFields() throws {
    let words: [UInt32] = [0x1BAD_B002, 4, 0, 1, 2, 3, 4, 5, 0, 640, 480, 32]
    var reader = ByteReader(littleEndian(words))
    let header = try Multiboot1Header(from: &reader)
    #expect(header.addresses == nil && header.entry == nil)
    #expect(header.video?.width == 640 && header.video?.depth == 32)
  }

  @Test func multiboot2TagsAreReadInOrder() throws {
    let body = littleEndian([
      1, 16, 4, 6,  // request
      0x1_0003, 12, 0x1234, 0,  // optional entry, padded
      4, 12, 2, 0,  // console: text, not required
      10, 24, 1, 2, 3, 1,  // relocatable
      99, 8,
      0, 8,
    ])
    let header = littleEndian([0xE852_50D6, 0, UInt32(16 + body.count), 0])
    let read = try Multiboot2Header(in: header + body, at: 0)
    #expect(read.tags.map(\.offset) == [16, 32, 48, 64, 88])
    #expect(read.tags.map(\.isOptional) == [false, true, false, false, false])
    #expect(
      read.tags.map(\.content) == [
        .informationRequest([4, 6]), .entry(PhysAddr(0x1234)),
        .console(isRequired: false, supportsText: true),
        .relocatable(.init(lowest: 1, highest: 2, alignment: 3, preference: 1)), .unknown,
      ])
  }

  @Test func aTagMayNotReachPastTheHeader() {
    let bytes = littleEndian([0xE852_50D6, 0, 24, 0, 1, 64] + [UInt32](repeating: 0, count: 32))
    #expect(throws: Multiboot2Header.Invalid.tagSize(offset: 16, type: 1, size: 64)) {
      try Multiboot2Header(in: bytes, at: 0)
    }
  }
}

/// Boot information as a builder makes it and a reader takes it, whole and damaged.
@Suite struct Multiboot2InfoTests {
  static let bytes: [UInt8] = {
    var builder = Multiboot2InfoBuilder()
    builder.commandLine(Array("abc".utf8))
    builder.module(start: 0x1000, end: 0x1800, arguments: Array("x".utf8))
    builder.memoryMap([
      MultibootMemoryRegion(start: PhysAddr(0x10_0000), length: 0x7000, kind: .available)
    ])
    builder.elfSections(
      count: 1, entrySize: 40, nameSection: 0,
      headers: littleEndian([5, 1, 6, 0x10_0000, 0x1000, 0x20, 0, 0, 16, 0]))
    builder.framebuffer(.text)
    return builder.finished()
  }()

  private func tags(_ bytes: some RandomAccessCollection<UInt8>) throws -> [String] {
    var names: [String] = []
    try Multiboot2Info(Array(bytes)).forEachTag { names.append("\($0)".prefix { $0 != "(" } + "") }
    return names
  }

  @Test func everyTagIsReadBack() throws {
    let names = try tags(Self.bytes)
    #expect(names == ["commandLine", "module", "memoryMap", "elfSections", "framebuffer"])
    #expect(Self.bytes.count % 8 == 0)
  }

  @Test func theBytesAreThoseOfTheSpecification() {
    let start = littleEndian([UInt32(Self.bytes.count), 0, 1, 12]) + Array("abc".utf8) + [0]
    #expect(Self.bytes.starts(with: start))
    #expect(Self.bytes.suffix(8) == littleEndian([0, 8])[...])
  }

  @Test func whatFollowsTheInformationIsNotRead() throws {
    #expect(try tags(Self.bytes + [0xFF, 0xFF]).count == 5)
  }

  @Test func aSectionIsReadWithItsFlags() throws {
    var section: ELFSectionHeader?
    try Multiboot2Info(Self.bytes).forEachTag {
      if case .elfSections(let sections) = $0 {
        section = sections[0]
        #expect(sections[1] == nil)
      }
    }
    #expect(section?.flags == [.allocated, .executable])
    #expect(section?.address == VirtAddr(0x10_0000))
    #expect(section?.size == 0x20)
  }

  @Test func everyTruncationIsRefused() {
    for length in Self.bytes.indices {
      #expect(throws: Multiboot2InfoError.self) { try tags(Self.bytes[..<length]) }
    }
  }

  // The kernel reads this at a time when a trap cannot be explained.
  @Test func damageNeverTraps() {
    for offset in Self.bytes.indices {
      for value: UInt8 in [0, 1, 7, 0x7F, 0x80, 0xFF] {
        var bytes = Self.bytes
        bytes[offset] = value
        guard let info = try? Multiboot2Info(bytes) else { continue }
        try? info.forEachTag { tag in
          switch tag {
          case .memoryMap(let map): _ = (0..<min(map.count, 9)).map { map[$0] }
          case .elfSections(let sections): _ = (0..<min(sections.count, 9)).map { sections[$0] }
          default: break
          }
        }
      }
    }
  }
}
