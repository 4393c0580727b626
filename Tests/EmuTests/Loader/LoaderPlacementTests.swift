// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Testing
import X86

/// Where a loader puts what has no place of its own.
@Suite struct LoaderPlacementTests {
  // swift-format-ignore
  /// Segments of a kernel on 128 MiB, and where the boot information goes.
  static let kernels: [(segments: [Range<UInt64>], information: UInt64)] = [
    ([0x10_0000..<0x10_1001],                              0x10_2000),  // the page after it
    ([0x10_0000..<0x10_1000, 0x40_0000..<0x41_0000],       0x41_0000),  // not between its parts
    ([0x40_0000..<0x41_0000, 0x10_0000..<0x10_1000],       0x41_0000),  // in any order
    ([0x8000..<0x9000, 0x10_0000..<0x10_1000],             0x10_1000),  // not below 1 MiB
    ([0x20_0000..<0x7FE_0000],                             0x10_0000),  // no room above
    ([0x20_0000..<0x30_0000, 0x30_0000..<0x7FD_F800],      0x10_0000),  // less than a page above
    ([0x10_0000..<0x7FE_0000],                             0x1000),     // room below 1 MiB only
    ([0x1000..<0x3000, 0x10_0000..<0x7FE_0000],            0x3000),
  ]

  private func kernel(_ segments: [Range<UInt64>]) -> TestKernel {
    var kernel = TestKernel(TestKernel.multiboot2())
    kernel.segments = segments.enumerated().map { index, range in
      TestKernel.Segment(
        virtual: range.lowerBound, physical: range.lowerBound,
        bytes: index == 0 ? TestKernel.multiboot2() : [],
        memorySize: range.upperBound - range.lowerBound)
    }
    kernel.entry = segments[0].lowerBound
    return kernel
  }

  @Test(arguments: kernels)
  func bootInformationGoesAboveTheKernelIfItCan(
    _ row: (segments: [Range<UInt64>], information: UInt64)
  ) throws {
    let plan = try plan(kernel(row.segments).bytes)
    expectSound(plan, on: .standard)
    #expect(UInt64(plan.ebx) == row.information)
  }

  @Test func aModuleThatFitsNowhereIsNamed() throws {
    let module = BootModule(
      name: "initrd", arguments: "", bytes: [UInt8](repeating: 1, count: 1 << 20))
    let memory = try MemoryMap(ramSize: 2 << 20)
    let file = kernel([0x10_0000..<0x10_1000]).bytes
    let error = #expect(throws: LoadError.self) {
      try plan(file, modules: [module], memory: memory)
    }
    #expect(error?.problem == .noRoom("module initrd", size: 1 << 20, ram: 2 << 20))
  }

  @Test func nothingIsPlacedWhere32BitsDoNotReach() throws {
    let memory = try MemoryMap(ramSize: 8 << 30)
    let modules = (0..<3).map {
      BootModule(name: "\($0)", arguments: "", bytes: [UInt8](repeating: 1, count: 1 << 20))
    }
    let file = kernel([0xBFE0_0000..<0xBFFE_0000]).bytes
    let plan = try plan(file, modules: modules, memory: memory)
    expectSound(plan, on: memory)
    #expect(plan.writes.allSatisfy { $0.range.upperBound <= PhysAddr(3 << 30) })
  }

  @Test func aFileWithCountsInItsFirstSectionIsReadWhole() throws {
    var kernel = TestKernel(TestKernel.multiboot2())
    kernel.sections = [TestKernel.Section(name: ".note", bytes: [1, 2])]
    var file = kernel.bytes
    let elf = try ELFFile(parsing: file)
    // e_shnum 0 and e_shstrndx 0xFFFF: see sh_size and sh_link of section 0.
    let table = file.count - 3 * 64
    file.replaceSubrange(60..<64, with: [0, 0, 0xFF, 0xFF])
    file[table + 32] = 3
    file[table + 40] = 2
    let extended = try ELFFile(parsing: file)
    #expect(extended.sections.count == 3)
    #expect(extended.sections.dropFirst() == elf.sections.dropFirst())
    #expect(extended.name(of: extended.sections[1]) == ".note")
  }
}
