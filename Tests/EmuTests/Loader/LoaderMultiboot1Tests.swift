// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Testing
import X86

/// The multiboot1 boot information, read at the offsets of §3.3 of the specification.
@Suite struct LoaderMultiboot1Tests {
  private func memory(
    _ kernel: TestKernel = TestKernel(TestKernel.multiboot1()), commandLine: String = "",
    modules: [BootModule] = []
  ) throws -> (PlannedMemory, UInt64) {
    let plan = try plan(kernel.bytes, commandLine: commandLine, modules: modules)
    expectSound(plan, on: .standard)
    return (PlannedMemory(plan: plan), UInt64(plan.ebx))
  }

  @Test func alwaysPresentFieldsDescribeThePC() throws {
    let (memory, info) = try memory(commandLine: "a b")
    #expect(memory.word(info) == 0b1_0010_0100_0111)
    #expect(memory.word(info + 4) == 639)
    #expect(memory.word(info + 8) == 129_920)
    #expect(memory.word(info + 12) == 0xE0FF_FFFF)
    #expect(memory.string(UInt64(memory.word(info + 16) ?? 0)) == "a b")
    #expect(memory.string(UInt64(memory.word(info + 64) ?? 0)) == "kemu")
  }

  @Test func theMemoryMapHasTheBIOSRegions() throws {
    let (memory, info) = try memory()
    let map = UInt64(try #require(memory.word(info + 48)))
    #expect(memory.word(info + 44) == 144)
    #expect(memory.word(map) == 20)
    #expect(memory.word(map + 3 * 24 + 4) == 0x10_0000)
    #expect(memory.word(map + 3 * 24 + 12) == 0x7EE_0000)
    #expect(memory.word(map + 3 * 24 + 20) == 1)
  }

  @Test func theFramebufferIsText() throws {
    let (memory, info) = try memory()
    #expect(memory.word(info + 88) == 0xB8000)
    #expect(memory.word(info + 96) == 160)
    #expect(memory.word(info + 100) == 80)
    #expect(memory.word(info + 104) == 25)
    #expect(memory.bytes(info + 108, 2) == [16, 2])
  }

  @Test func modulesAreListedInOrderWithTheirStrings() throws {
    let modules = [
      BootModule(name: "a", arguments: "one two", bytes: [1, 2, 3]),
      BootModule(name: "empty", arguments: "", bytes: []),
      BootModule(name: "b", arguments: "x", bytes: [4]),
    ]
    let (memory, info) = try memory(modules: modules)
    #expect((memory.word(info) ?? 0) & 8 != 0)
    #expect(memory.word(info + 20) == 3)
    let list = UInt64(try #require(memory.word(info + 24)))
    for (index, module) in modules.enumerated() {
      let entry = list + UInt64(index) * 16
      let start = UInt64(try #require(memory.word(entry)))
      #expect(start % 4096 == 0)
      #expect(memory.bytes(start, module.bytes.count) == module.bytes)
      #expect(UInt64(memory.word(entry + 4) ?? 0) == start + UInt64(module.bytes.count))
      #expect(memory.string(UInt64(memory.word(entry + 8) ?? 0)) == module.arguments)
      #expect(memory.word(entry + 12) == 0)
    }
  }

  @Test(arguments: [ELFClass.elf32, .elf64])
  func sectionsWithoutAnAddressAreLoadedAndFound(_ width: ELFClass) throws {
    var kernel = TestKernel(TestKernel.multiboot1(), width: width)
    kernel.sections = [
      TestKernel.Section(name: ".text", address: 0x10_0000, bytes: [0]),
      TestKernel.Section(name: ".note", bytes: [9, 8, 7], alignment: 64),
    ]
    let (memory, info) = try memory(kernel)
    let size: UInt64 = width == .elf32 ? 40 : 64
    #expect(memory.word(info + 28) == 4)
    #expect(memory.word(info + 32) == UInt32(size))
    #expect(memory.word(info + 40) == 3)
    let address: UInt64 = width == .elf32 ? 12 : 16
    let table = UInt64(try #require(memory.word(info + 36)))
    #expect(memory.word(table + size + address) == 0x10_0000)
    let note = UInt64(try #require(memory.word(table + 2 * size + address)))
    #expect(note % 64 == 0)
    #expect(memory.bytes(note, 3) == [9, 8, 7])
    let names = UInt64(try #require(memory.word(table + 3 * size + address)))
    let offset = UInt64(try #require(memory.word(table + 2 * size)))
    #expect(memory.string(names + offset) == ".note")
  }

  @Test func addressFieldsWithoutEndsLoadTheRestOfTheFile() throws {
    let header = TestKernel.multiboot1(
      flags: 0x1_0003, [0x20_0008, 0x20_0000, 0, 0, 0x20_0010])
    let file = [UInt8](repeating: 0x90, count: 8) + header + [1, 2, 3]
    let plan = try plan(file)
    #expect(plan.writes[0].bytes == file[...])
    #expect(plan.writes[0].zeroes == 0)
    #expect(plan.entry == PhysAddr(0x20_0010))
  }

  @Test func addressFieldsComeBeforeTheELFTables() throws {
    var kernel = TestKernel(
      TestKernel.multiboot1(flags: 0x1_0003, [0x30_0000, 0x30_0000, 0x30_0020, 0, 0x30_0000]))
    kernel.sections = [TestKernel.Section(name: ".x", bytes: [1])]
    let (memory, info) = try memory(kernel)
    #expect(memory.plan.entry == PhysAddr(0x30_0000))
    #expect(memory.plan.elf != nil)
    #expect((memory.word(info) ?? 0) & 0x20 == 0)
  }

  @Test(arguments: [
    (type: UInt32(0), width: UInt32(1024), height: UInt32(768), warns: true),
    (type: 1, width: 0, height: 0, warns: false),
    (type: 1, width: 80, height: 25, warns: false),
    (type: 1, width: 132, height: 25, warns: true),
  ])
  func aScreenThatIsNotTextWarns(
    _ video: (type: UInt32, width: UInt32, height: UInt32, warns: Bool)
  ) throws {
    let words = [0, 0, 0, 0, 0, video.type, video.width, video.height, 32]
    let kernel = TestKernel(TestKernel.multiboot1(flags: 7, words))
    let plan = try plan(kernel.bytes)
    #expect(plan.warnings.count == (video.warns ? 1 : 0))
  }
}
