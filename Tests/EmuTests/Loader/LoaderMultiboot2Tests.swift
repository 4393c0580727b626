// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Testing
import X86

/// Multiboot2 headers and boot information, the latter read as the kernel reads it.
@Suite struct LoaderMultiboot2Tests {
  private func tags(
    _ kernel: TestKernel, commandLine: String = "", modules: [BootModule] = []
  ) throws -> (LoadPlan, [Multiboot2Info<ArraySlice<UInt8>>.Tag]) {
    let plan = try plan(kernel.bytes, commandLine: commandLine, modules: modules)
    expectSound(plan, on: .standard)
    let bytes = try #require(PlannedMemory(plan: plan).information)
    let info = try Multiboot2Info(bytes)
    #expect(info.totalSize == bytes.count)
    var tags: [Multiboot2Info<ArraySlice<UInt8>>.Tag] = []
    try info.forEachTag { tags.append($0) }
    return (plan, tags)
  }

  @Test func theInformationHasGRUBsTagsInGRUBsOrder() throws {
    var kernel = TestKernel(TestKernel.multiboot2())
    kernel.sections = [TestKernel.Section(name: ".note", bytes: [7, 7])]
    let module = BootModule(name: "m", arguments: "args", bytes: [1, 2, 3])
    let (plan, tags) = try tags(kernel, commandLine: "x=1", modules: [module])
    try #require(tags.count == 9)
    guard case .loadBase(PhysAddr(0x10_0000)) = tags[0] else { throw Unexpected.tag(0) }
    guard case .commandLine(let line) = tags[1] else { throw Unexpected.tag(1) }
    #expect(Array(line) == Array("x=1".utf8))
    guard case .bootLoaderName(let name) = tags[2] else { throw Unexpected.tag(2) }
    #expect(Array(name) == Array("kemu".utf8))
    guard case .module(let start, let end, let arguments) = tags[3] else { throw Unexpected.tag(3) }
    #expect(PlannedMemory(plan: plan).bytes(start.value, 3) == [1, 2, 3])
    #expect(end - start == 3)
    #expect(Array(arguments) == Array("args".utf8))
    guard case .memoryMap(let map) = tags[4] else { throw Unexpected.tag(4) }
    #expect((0..<map.count).compactMap { map[$0] } == MemoryMap.standard.regions)
    guard case .elfSections(let sections) = tags[5] else { throw Unexpected.tag(5) }
    #expect(sections.count == 3 && sections.nameSection == 2)
    let note = try #require(sections[1])
    #expect(PlannedMemory(plan: plan).bytes(note.address.value, 2) == [7, 7])
    guard case .basicMemory(639, 129_920) = tags[6] else { throw Unexpected.tag(6) }
    guard case .bootDevice(0xE0, .max, .max) = tags[7] else { throw Unexpected.tag(7) }
    guard case .framebuffer(.text) = tags[8] else { throw Unexpected.tag(8) }
  }

  private enum Unexpected: Error { case tag(Int) }

  @Test func multiboot2IsPreferredToMultiboot1() throws {
    let both = TestKernel(TestKernel.multiboot1() + [0, 0, 0, 0] + TestKernel.multiboot2())
    #expect(try plan(both.bytes).eax == Multiboot2.loaderMagic)
  }

  @Test func anEntryTagReplacesTheELFEntry() throws {
    let header = TestKernel.multiboot2([TestKernel.tag(3, [0x10_0008])])
    #expect(try plan(TestKernel(header).bytes).entry == PhysAddr(0x10_0008))
  }

  @Test func anAddressTagOfAllOnesLoadsFromTheStartOfTheFile() throws {
    let header = TestKernel.multiboot2([
      TestKernel.tag(2, [0x20_0010, .max, 0, 0]), TestKernel.tag(3, [0x20_0000]),
    ])
    let file = [UInt8](repeating: 0x90, count: 16) + header
    let plan = try plan(file)
    #expect(plan.writes[0].address == PhysAddr(0x20_0000))
    #expect(plan.writes[0].bytes == file[...])
  }

  // swift-format-ignore
  static let wishes: [(wish: [UInt32], base: UInt64)] = [
    ([0x10_0000, .max,      0x1000,   0], 0x20_0000),   // where it was linked
    ([0x40_0000, .max,      0x1000,   0], 0x40_0000),   // it may not be there
    ([0x10_0000, .max,      0x30_0000, 0], 0x30_0000),  // not aligned; no power of two
    ([0x10_0000, .max,      0x1000,   1], 0x10_0000),   // low
    ([0,         .max,      0x1000,   1], 0x10_0000),   // never below 1 MiB
    ([0x10_0000, 0x2F_FFFF, 0x1000,   2], 0x2F_F000),   // high
    ([0x10_0000, .max,      0x1000,   2], 0x7FD_F000),  // below the BIOS's tables
    ([0x40_0000, .max,      0,        0], 0x40_0000),   // no alignment at all
  ]

  @Test(arguments: wishes)
  func aRelocatableKernelGoesWhereItWants(_ row: (wish: [UInt32], base: UInt64)) throws {
    let header = TestKernel.multiboot2([TestKernel.tag(10, row.wish)])
    var kernel = TestKernel(header, memorySize: 0x800)
    kernel.segments[0].physical = 0x20_0000
    kernel.segments.append(
      TestKernel.Segment(virtual: 0x40_0000, physical: 0x20_0800, bytes: [1], memorySize: 0x800))
    kernel.entry = 0x10_0004
    let (plan, tags) = try tags(kernel)
    #expect(plan.writes[0].address == PhysAddr(row.base))
    #expect(plan.writes[1].address == PhysAddr(row.base + 0x800))
    #expect(plan.entry == PhysAddr(row.base + 4))
    guard case .loadBase(PhysAddr(row.base)) = tags[0] else { throw Unexpected.tag(0) }
  }

  // swift-format-ignore
  static let warnings: [(tag: [UInt8], count: Int)] = [
    (TestKernel.tag(1, [1, 4, 6, 8]),                 0),  // all of them are there
    (TestKernel.tag(1, [14]),                         1),  // ACPI is not
    (TestKernel.tag(1, [14, 99], isOptional: true),   0),
    (TestKernel.tag(4, [3]),                          0),  // console required, text accepted
    (TestKernel.tag(4, [0]),                          1),
    (TestKernel.tag(5, [1024, 768, 32]),              1),
    (TestKernel.tag(6, []),                           0),
    (TestKernel.tag(7, []),                           0),
    (TestKernel.tag(9, [0x10_0000]),                  0),
    (TestKernel.tag(77, [], isOptional: true),        1),
  ]

  @Test(arguments: warnings)
  func whatCannotBeHadWarns(_ row: (tag: [UInt8], count: Int)) throws {
    let plan = try plan(TestKernel(TestKernel.multiboot2([row.tag])).bytes)
    #expect(plan.warnings.count == row.count, "\(plan.warnings)")
  }
}
