// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Testing
import X86

/// Files that cannot boot: each is refused with the sentence that helps, and with the right offset.
@Suite struct LoaderErrorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var file: [UInt8]
    /// Parts of the sentence, in order.
    var says: [String]
    var offset: UInt64?
  }

  static func kernel(
    _ name: String, says: [String], at offset: UInt64? = nil, width: ELFClass = .elf64,
    header: [UInt8] = TestKernel.multiboot1(), _ change: (inout TestKernel) -> Void = { _ in }
  ) -> Case {
    var kernel = TestKernel(header, width: width)
    change(&kernel)
    return Case(testDescription: name, file: kernel.bytes, says: says, offset: offset)
  }

  static let zeros = [UInt8](repeating: 0, count: 40_000)

  static let headers = [
    Case(testDescription: "empty", file: [], says: ["empty"]),
    Case(
      testDescription: "no header", file: zeros,
      says: ["no multiboot header", "KEEP"]),
    Case(
      testDescription: "multiboot1 too far", file: zeros + TestKernel.multiboot1(),
      says: ["multiboot1 header at offset 0x9c40", "first 8192 bytes"], offset: 40_000),
    Case(
      testDescription: "multiboot2 too far", file: zeros + TestKernel.multiboot2(),
      says: ["multiboot2 header at offset 0x9c40", "first 32768 bytes"], offset: 40_000),
    Case(
      testDescription: "misaligned multiboot2", file: [0, 0, 0, 0] + TestKernel.multiboot2(),
      says: ["multiboot2 header at offset 0x4", "multiple of 8"], offset: 4),
    Case(
      testDescription: "misaligned multiboot1", file: [0] + TestKernel.multiboot1(),
      says: ["multiboot1 header at offset 0x1", "multiple of 4"], offset: 1),
    Case(
      testDescription: "wrong checksum",
      file: TestKernel.littleEndian([0xE852_50D6, 0, 24, 1, 0, 8]),
      says: [
        "multiboot2 header at offset 0x0 has checksum 0x1 but needs 0x17adaf12",
        "-(magic + architecture + length)",
      ], offset: 0),
    Case(
      testDescription: "wrong architecture",
      file: TestKernel.littleEndian([0xE852_50D6, 4, 24, 0 &- (0xE852_50D6 + 28), 0, 8]),
      says: ["architecture 4"], offset: 0),
    Case(
      testDescription: "unknown demand", file: TestKernel.multiboot1(flags: 0x13),
      says: ["flags 0x10", "bits 0, 1, 2 and 16"], offset: 0),
    Case(
      testDescription: "fields cut off", file: TestKernel.multiboot1(flags: 0x1_0000, [1, 2]),
      says: ["past the end"], offset: 20),
    Case(
      testDescription: "no end tag",
      file: TestKernel.littleEndian([0xE852_50D6, 0, 16, 0 &- (0xE852_50D6 + 16)]),
      says: ["ends at offset 0x10 without"], offset: 16),
    Case(
      testDescription: "tag of size 0",
      file: TestKernel.multiboot2([TestKernel.littleEndian([6, 0])]),
      says: ["type 6 at offset 0x10", "0 bytes long"], offset: 16),
    Case(
      testDescription: "tag too small for its type",
      file: TestKernel.multiboot2([TestKernel.tag(2, [1, 2])]),
      says: ["type 2", "16 bytes long"], offset: 16),
    Case(
      testDescription: "unknown tag", file: TestKernel.multiboot2([TestKernel.tag(77, [])]),
      says: ["unknown type 77", "bit 0"], offset: 16),
    Case(
      testDescription: "unknown request",
      file: TestKernel.multiboot2([TestKernel.tag(1, [4, 99])]),
      says: ["unknown type 99"], offset: 16),
    Case(
      testDescription: "text refused", file: TestKernel.multiboot2([TestKernel.tag(4, [1])]),
      says: ["does not accept EGA text"], offset: 16),
    Case(
      testDescription: "no entry tag",
      file: TestKernel.multiboot2([TestKernel.tag(2, [0x10_0000, 0x10_0000, 0, 0])]),
      says: ["no entry address tag"], offset: 16),
    Case(
      testDescription: "not ELF", file: TestKernel.multiboot1(),
      says: ["no ELF file", "no address fields"], offset: 0),
  ]

  static func fields(_ name: String, says: String, _ words: [UInt32]) -> Case {
    Case(
      testDescription: name, file: [0, 0, 0, 0] + TestKernel.multiboot1(flags: 0x1_0000, words),
      says: ["address fields at offset 0x4", says], offset: 4)
  }

  // header, load, load end, bss end, entry; the header is 4 bytes into a file of 36.
  // swift-format-ignore
  static let addresses = [
    fields("header below load", says: "lies below load_addr",
           [0x10_0000, 0x10_0004, 0,         0,         0x10_0000]),
    fields("before the file",   says: "0xc bytes before",
           [0x10_0010, 0x10_0000, 0,         0,         0x10_0000]),
    fields("end below load",    says: "load_end_addr 0xf0000",
           [0x10_0000, 0x10_0000, 0xF_0000,  0,         0x10_0000]),
    fields("bss below end",     says: "bss_end_addr 0x100008",
           [0x10_0000, 0x10_0000, 0x10_0010, 0x10_0008, 0x10_0000]),
    fields("past the file",     says: "past the end",
           [0x10_0000, 0x10_0000, 0x10_0040, 0,         0x10_0000]),
    fields("entry outside",     says: "entry point 0x100020",
           [0x10_0000, 0x10_0000, 0x10_0010, 0x10_0020, 0x10_0020]),
  ]

  static let files = [
    kernel("wrong machine", says: ["machine 40"], at: 18) { $0.machine = 40 },
    kernel("ELF32 for x86-64", says: ["machine 62"], at: 18, width: .elf32) { $0.machine = 62 },
    kernel("object file", says: ["object file", "link it"], at: 16) { $0.type = 1 },
    kernel("core file", says: ["memory dump"], at: 16) { $0.type = 4 },
    kernel("dynamically linked", says: ["dynamic linker", "-static"]) {
      $0.segments.append(TestKernel.Segment(type: 3, bytes: Array("/lib/ld.so".utf8)))
    },
    kernel("nothing to load", says: ["no segment"]) { $0.segments[0].type = 4 },
    kernel("larger in the file", says: ["segment 0 has 0xc bytes", "0x4 in memory"]) {
      $0.segments[0].memorySize = 4
    },
    kernel("segment cut off", says: ["segment 0", "0x5000 bytes long", "past the end"], at: 120) {
      $0.segments[0].fileSize = 0x5000
    },
    kernel("above 4 GiB", says: ["0xffffffff80100000", "AT(ADDR("]) {
      $0.segments[0].physical = 0xFFFF_FFFF_8010_0000
    },
    kernel("size that wraps", says: ["segment 0", "4 GiB"]) {
      $0.segments[0].memorySize = .max
    },
    kernel("entry outside", says: ["entry point 0x500000", "ENTRY"], at: 24) {
      $0.entry = 0x50_0000
    },
    kernel("section cut off", says: ["section 1", "past the end"], at: 0x100_0000) {
      $0.sections = [TestKernel.Section(name: ".x", bytes: [1], offset: 0x100_0000)]
    },
    kernel(
      "entry tag outside", says: ["0x50", "physical address"], at: 136,
      header: TestKernel.multiboot2([TestKernel.tag(3, [0x50])])),
  ]

  static let places = [
    kernel("overlap", says: ["segment 0 of k.elf and segment 1 of k.elf overlap"]) {
      $0.segments.append(TestKernel.Segment(physical: 0x10_0004, bytes: [1]))
    },
    kernel("BIOS data", says: ["segment 0", "0x400", "BIOS data"]) {
      $0.segments[0].physical = 0x400
    },
    kernel("EBDA", says: ["extended BIOS data"]) { $0.segments[0].physical = 0x9_FC00 },
    kernel("VGA", says: ["VGA memory"]) { $0.segments[0].physical = 0xB_8000 },
    kernel("across VGA", says: ["VGA memory"]) {
      $0.segments[0].physical = 0x9_0000
      $0.segments[0].memorySize = 0x10_0000
    },
    kernel("BIOS tables", says: ["top of memory", "--memory 129M"]) {
      $0.segments[0].physical = 0x7FF_0000
    },
    kernel("beyond RAM", says: ["beyond the end of memory", "--memory 257M"]) {
      $0.segments[0].physical = 0x1000_0000
    },
    kernel("two segments beyond RAM", says: ["segment 0", "--memory 513M"]) {
      $0.segments[0].physical = 0x1000_0000
      $0.segments.append(TestKernel.Segment(physical: 0x2000_0000, bytes: [1]))
    },
    kernel("one beyond RAM, one in the hole", says: ["segment 1", "however large"]) {
      $0.segments[0].physical = 0x1000_0000
      $0.segments.append(TestKernel.Segment(physical: 0xC000_0000, bytes: [1]))
    },
    kernel("in the hole", says: ["however large"]) { $0.segments[0].physical = 0xC000_0000 },
    kernel(
      "no place", says: ["between 0x8000000 and 0x9000000"],
      header: TestKernel.multiboot2([TestKernel.tag(10, [0x800_0000, 0x900_0000, 4096, 0])])),
    kernel("no room for a section", says: ["no room for section .debug", "--memory"]) {
      $0.segments[0].memorySize = 0x7ED_E000
      $0.sections = [TestKernel.Section(name: ".debug", bytes: zeros + zeros)]
      for _ in 0..<12 { $0.sections.append($0.sections[0]) }
    },
  ]

  @Test(arguments: headers + addresses + files + places)
  func aFileThatCannotBootSaysWhy(_ row: Case) throws {
    let found = try #require(problem(row.file))
    var rest = "\(found)"[...]
    for part in row.says {
      let range = try #require(rest.firstRange(of: part), "\(part) in: \(found)")
      rest = rest[range.upperBound...]
    }
    if let offset = row.offset { #expect(found.offset == offset) }
  }

  @Test(arguments: [ELFClass.elf32, .elf64])
  func everyTruncationIsRefusedAndNeverTraps(_ width: ELFClass) throws {
    var kernel = TestKernel(TestKernel.multiboot2(), width: width)
    kernel.sections = [TestKernel.Section(name: ".note", bytes: [1, 2, 3])]
    let file = kernel.bytes
    #expect(problem(file) == nil)
    for length in file.indices {
      #expect(problem(Array(file[..<length])) != nil, "\(length) bytes")
    }
  }

  @Test func aByteLikeTheMagicsFirstIsNoHeader() {
    // 0x02, the class of an ELF64 file at offset 4, is also the lowest byte of multiboot1's magic.
    let search = HeaderSearch(TestKernel(TestKernel.multiboot1()).bytes)
    #expect(search.multiboot1 == 120)
    #expect(search.multiboot2 == nil)
  }

  @Test func aPhysicalEntryPointIsAcceptedWithAWarning() throws {
    var kernel = TestKernel(TestKernel.multiboot1())
    kernel.segments[0].virtual = 0xFFFF_FFFF_8010_0000
    kernel.entry = 0x10_0004
    let plan = try plan(kernel.bytes)
    #expect(plan.entry == PhysAddr(0x10_0004))
    #expect(plan.warnings.count == 1)
  }

  @Test func positionIndependenceAndRelocationsWarn() throws {
    var kernel = TestKernel(TestKernel.multiboot2())
    kernel.type = 3
    kernel.sections = [TestKernel.Section(name: ".rela.dyn", type: 4, bytes: [0])]
    #expect(try plan(kernel.bytes).warnings.count == 2)
  }

  @Test func theFilesNameBeginsTheSentence() throws {
    let error = #expect(throws: LoadError.self) { try plan([]) }
    #expect(error?.description == "k.elf: the file is empty")
  }
}
