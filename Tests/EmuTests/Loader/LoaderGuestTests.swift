// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Testing
import X86

/// Plans for the assembly guests, which real loaders boot: the machine's tests run them.
@Suite struct LoaderGuestTests {
  static let modules = [
    BootModule(
      name: "one", arguments: "first one",
      bytes: (0..<5000).map { UInt8(truncatingIfNeeded: $0) }),
    BootModule(name: "two", arguments: "", bytes: Array("last".utf8)),
  ]

  @Test(arguments: Guest.names) func everyGuestGetsASoundPlan(_ name: String) throws {
    let plan = try plan(
      Guest.bytes(name), commandLine: "alpha beta=1", modules: Self.modules)
    expectSound(plan, on: .standard)
    #expect(plan.eax == (name.contains("mb1") ? 0x2BAD_B002 : 0x36D7_6289))
    #expect(plan.warnings.isEmpty)
    #expect((plan.elf == nil) == name.hasSuffix(".bin"))
    #expect(plan.writes.contains { $0.name == "module one" && $0.address.value % 4096 == 0 })
  }

  @Test(arguments: Guest.kinds) func aHigherHalfKernelIsEnteredLow(_ kind: String) throws {
    let plan = try plan(Guest.bytes("higher-half-\(kind).elf"))
    let elf = try #require(plan.elf)
    let base: UInt64 = kind.hasSuffix("64") ? 0xFFFF_FFFF_8000_0000 : 0xC000_0000
    #expect(elf.entry.value > base)
    #expect(plan.entry.value == elf.entry.value - base)
    #expect(plan.writes.first?.address == PhysAddr(0x10_0000))
  }

  @Test(arguments: Guest.kinds) func aZeroedTailIsPlanned(_ kind: String) throws {
    let plan = try plan(Guest.bytes("zeroed-tail-\(kind).elf"))
    let data = try #require(plan.writes.dropFirst().first)
    #expect(data.bytes.count == 4)
    #expect(data.zeroes > 70001)  // and what aligns the section
  }

  @Test(arguments: ["mb1", "mb2"]) func addressFieldsLoadAPartOfTheFile(_ kind: String) throws {
    let file = try Guest.bytes("address-fields-\(kind).bin")
    let image = try #require(try plan(file).writes.first)
    #expect(image.address == PhysAddr(0x10_0000))
    #expect(image.bytes == file.dropLast(64))
    #expect(image.zeroes == 40000)
  }
}

/// What holds for every plan: it fills memory a loader may fill, nothing twice, and the processor is
/// sent to and told of what was filled.
func expectSound(
  _ plan: LoadPlan, on memory: MemoryMap, sourceLocation: SourceLocation = #_sourceLocation
) {
  let ranges = plan.writes.map(\.range).sorted { $0.lowerBound < $1.lowerBound }
  let isClear = plan.writes.allSatisfy { memory.obstacle(in: $0.range) == nil }
  let isDisjoint = zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
  let isEntered = ranges.contains { $0.contains(plan.entry) }
  let information = PlannedMemory(plan: plan).information
  #expect(isClear && isDisjoint && isEntered, sourceLocation: sourceLocation)
  #expect(plan.ebx % 4096 == 0 && information != nil, sourceLocation: sourceLocation)
}
