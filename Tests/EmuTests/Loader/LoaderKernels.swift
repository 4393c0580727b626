// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Foundation
import Testing
import X86

/// The guests of Tests/guests, built when a test first asks for one.
enum Guest {
  private static let directory = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("guests")

  private static let isBuilt: Bool = {
    let make = Process()
    make.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    make.arguments = ["make", "-s", "-C", directory.path]
    guard (try? make.run()) != nil else { return false }
    make.waitUntilExit()
    return make.terminationStatus == 0
  }()

  /// A guest's file, such as "modules-mb1-elf32.elf".
  static func bytes(_ name: String) throws -> [UInt8] {
    try #require(isBuilt, "make -C Tests/guests failed")
    return [UInt8](try Data(contentsOf: directory.appendingPathComponent("build/\(name)")))
  }

  /// Where a label of a guest is.
  static func symbol(_ name: String, in guest: String) throws -> VirtAddr {
    let file = try ELFFile(parsing: bytes(guest))
    return try #require(file.symbols().first { file.name(of: $0) == name }).address
  }

  static let claims = [
    "entry-state", "zeroed-tail", "command-line", "modules", "memory-map", "framebuffer",
    "sections", "higher-half",
  ]
  static let kinds = ["mb1-elf32", "mb1-elf64", "mb2-elf32", "mb2-elf64"]
  static let names =
    claims.flatMap { claim in kinds.map { "\(claim)-\($0).elf" } }
    + ["address-fields-mb1.bin", "address-fields-mb2.bin"]
}

/// A kernel's file put together by hand, so that a test can get every field wrong.
struct TestKernel {
  struct Segment {
    var type: UInt32 = 1
    var virtual: UInt64 = 0x10_0000
    var physical: UInt64 = 0x10_0000
    var bytes: [UInt8] = []
    var fileSize: UInt64?
    var memorySize: UInt64?
  }
  struct Section {
    var name = ""
    var type: UInt32 = 1
    var address: UInt64 = 0
    var bytes: [UInt8] = []
    var offset: UInt64?
    var link: UInt32 = 0
    var alignment: UInt64 = 1
  }
  var width = ELFClass.elf64
  var type: UInt16 = 2
  var machine: UInt16?
  var entry: UInt64 = 0x10_0000
  var segments: [Segment]
  var sections: [Section] = []

  /// A kernel of one segment at 1 MiB, which begins with `header`.
  init(_ header: [UInt8], width: ELFClass = .elf64, memorySize: UInt64? = nil) {
    self.width = width
    segments = [Segment(bytes: header, memorySize: memorySize)]
  }

  /// File header, program headers, segments, sections, section headers.
  var bytes: [UInt8] {
    let (fileHeader, entry) = width == .elf32 ? (52, 32) : (64, 56)
    var body: [UInt8] = []
    var table: [UInt8] = []
    func place(_ bytes: [UInt8]) -> UInt64 {
      while (fileHeader + segments.count * entry + body.count) % 8 != 0 { body.append(0) }
      defer { body += bytes }
      return UInt64(fileHeader + segments.count * entry + body.count)
    }
    for segment in segments { table += header(segment, at: place(segment.bytes)) }
    var headers: [UInt8] = []
    if !sections.isEmpty {
      var names: [UInt8] = [0]
      let null = Section(type: 0, offset: 0)
      for section in [null] + sections + [Section(name: ".shstrtab", type: 3)] {
        let name = UInt32(names.count)
        names += Array(section.name.utf8) + [0]
        var section = section
        if section.name == ".shstrtab" { section.bytes = names }
        headers += header(section, name: name, at: section.offset ?? place(section.bytes))
      }
    }
    let sectionTable = headers.isEmpty ? 0 : place(headers)
    return start(table, sectionTable) + table + body
  }

  private func start(_ segmentTable: [UInt8], _ sectionTable: UInt64) -> [UInt8] {
    var out: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, width.rawValue, 1, 1, 0]
    out.pad(to: 16)
    let count = sections.isEmpty ? 0 : sections.count + 2
    out.append(littleEndian: type)
    out.append(littleEndian: machine ?? (width == .elf32 ? 3 : 62))
    out.append(littleEndian: UInt32(1))
    word(entry, &out)
    word(width == .elf32 ? 52 : 64, &out)
    word(sectionTable, &out)
    out.append(littleEndian: UInt32(0))
    let sizes: [Int] = width == .elf32 ? [52, 32, 40] : [64, 56, 64]
    for half in [sizes[0], sizes[1], segments.count, sizes[2], count, max(0, count - 1)] {
      out.append(littleEndian: UInt16(half))
    }
    return out
  }

  private func header(_ segment: Segment, at offset: UInt64) -> [UInt8] {
    var out: [UInt8] = []
    out.append(littleEndian: segment.type)
    if width == .elf64 { out.append(littleEndian: UInt32(7)) }
    let fileSize = segment.fileSize ?? UInt64(segment.bytes.count)
    for value in [
      offset, segment.virtual, segment.physical, fileSize, segment.memorySize ?? fileSize,
    ] {
      word(value, &out)
    }
    if width == .elf32 { out.append(littleEndian: UInt32(7)) }
    word(4, &out)
    return out
  }

  private func header(_ section: Section, name: UInt32, at offset: UInt64) -> [UInt8] {
    var out: [UInt8] = []
    out.append(littleEndian: name)
    out.append(littleEndian: section.type)
    word(section.address == 0 ? 0 : 2, &out)
    word(section.address, &out)
    word(offset, &out)
    word(UInt64(section.bytes.count), &out)
    out.append(littleEndian: section.link)
    out.append(littleEndian: UInt32(0))
    word(section.alignment, &out)
    word(0, &out)
    return out
  }

  private func word(_ value: UInt64, _ out: inout [UInt8]) {
    if width == .elf32 {
      out.append(littleEndian: UInt32(truncatingIfNeeded: value))
    } else {
      out.append(littleEndian: value)
    }
  }

  /// A multiboot1 header with these words after the checksum.
  static func multiboot1(flags: UInt32 = 3, _ words: [UInt32] = []) -> [UInt8] {
    littleEndian([0x1BAD_B002, flags, 0 &- (0x1BAD_B002 &+ flags)] + words)
  }

  /// A multiboot2 header with these tags before the one that ends them.
  static func multiboot2(_ tags: [[UInt8]] = []) -> [UInt8] {
    var body: [UInt8] = []
    for tag in tags + [tag(0, [])] {
      body += tag
      body.pad(to: 8)
    }
    let length = UInt32(16 + body.count)
    return littleEndian([0xE852_50D6, 0, length, 0 &- (0xE852_50D6 &+ length)]) + body
  }

  /// A tag of a multiboot2 header.
  static func tag(_ type: UInt16, _ words: [UInt32], isOptional: Bool = false) -> [UInt8] {
    let size = UInt32(8 + 4 * words.count)
    return littleEndian([UInt32(type) | (isOptional ? 1 << 16 : 0), size] + words)
  }

  static func littleEndian(_ words: [UInt32]) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in words { bytes.append(littleEndian: word) }
    return bytes
  }
}

/// The plan for `kernel` on a machine with 128 MiB, named k.elf.
func plan(
  _ kernel: [UInt8], commandLine: String = "", modules: [BootModule] = [],
  memory: MemoryMap = .standard
) throws(LoadError) -> LoadPlan {
  try Loader.plan(
    kernel: kernel, name: "k.elf", commandLine: commandLine, modules: modules, memory: memory)
}

/// What is wrong with `kernel`; nil if it boots.
func problem(_ kernel: [UInt8], memory: MemoryMap = .standard) -> LoadError.Problem? {
  do throws(LoadError) {
    _ = try plan(kernel, memory: memory)
    return nil
  } catch {
    return error.problem
  }
}

/// Memory as a plan leaves it, for looking at.
struct PlannedMemory {
  let plan: LoadPlan

  /// The byte at `address`; nil if the plan leaves it alone.
  func byte(_ address: UInt64) -> UInt8? {
    guard let write = plan.writes.first(where: { $0.range.contains(PhysAddr(address)) })
    else { return nil }
    let index = Int(address - write.address.value)
    return index < write.bytes.count ? write.bytes[write.bytes.startIndex + index] : 0
  }

  func word(_ address: UInt64) -> UInt32? {
    var word: UInt32 = 0
    for index in (0..<4).reversed() {
      guard let byte = byte(address + UInt64(index)) else { return nil }
      word = word << 8 | UInt32(byte)
    }
    return word
  }

  func bytes(_ address: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).compactMap { byte(address + UInt64($0)) }
  }

  /// The string that a zero byte ends.
  func string(_ address: UInt64) -> String? {
    var bytes: [UInt8] = []
    while let byte = byte(address + UInt64(bytes.count)) {
      if byte == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }

  /// The boot information's bytes.
  var information: ArraySlice<UInt8>? {
    plan.writes.first { $0.address.value == UInt64(plan.ebx) }?.bytes
  }
}
