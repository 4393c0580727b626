// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// The PC's memory map, for RAM below and beyond the hole at 3 GiB.
@Suite struct MemoryMapTests {
  // swift-format-ignore
  static let sizes: [(ram: UInt64, low: UInt64, high: UInt64, upperKiB: UInt32)] = [
    (2 << 20,   2 << 20,    0,        1024 - 128),
    (128 << 20, 128 << 20,  0,        127 * 1024 - 128),
    (3 << 30,   3 << 30,    0,        3071 * 1024 - 128),
    (4 << 30,   3 << 30,    1 << 30,  3071 * 1024 - 128),
    (64 << 30,  3 << 30,    61 << 30, 3071 * 1024 - 128),
  ]

  @Test(arguments: sizes)
  func ramIsSplitAtTheHole(_ row: (ram: UInt64, low: UInt64, high: UInt64, upperKiB: UInt32)) throws
  {
    let map = try MemoryMap(ramSize: row.ram)
    #expect(map.lowRAM == row.low)
    #expect(map.highRAM == row.high)
    #expect(map.lowerKiB == 639)
    #expect(map.upperKiB == row.upperKiB)
    let available = map.regions.filter { $0.kind == .available }.reduce(0) { $0 + $1.length }
    #expect(available == row.ram - (384 + 1 + 128) << 10)
    for (lower, upper) in zip(map.regions, map.regions.dropFirst()) {
      #expect(lower.start + lower.length <= upper.start)
    }
    let high = PhysAddr(4 << 30)..<PhysAddr(4 << 30 + 1)
    #expect(map.contains(high) == (row.high > 0))
  }

  @Test func theRegionsOf128MiBAreThoseOfSeaBIOS() {
    // swift-format-ignore
    let expected: [(UInt64, UInt64, MultibootMemoryRegion.Kind)] = [
      (0x0000_0000, 0x0009_FC00, .available),
      (0x0009_FC00, 0x0000_0400, .reserved),
      (0x000F_0000, 0x0001_0000, .reserved),
      (0x0010_0000, 0x07EE_0000, .available),
      (0x07FE_0000, 0x0002_0000, .reserved),
      (0xFFFC_0000, 0x0004_0000, .reserved),
    ]
    #expect(
      MemoryMap.standard.regions
        == expected.map { MultibootMemoryRegion(start: PhysAddr($0.0), length: $0.1, kind: $0.2) })
  }

  // swift-format-ignore
  static let impossible: [(size: UInt64, error: MemoryMap.Invalid)] = [
    (0,                .tooSmall(0)),
    (0x10_0000,        .tooSmall(0x10_0000)),
    (0x10_0000_1000,   .tooLarge(0x10_0000_1000)),
    (0x80_0200,        .notWholePages(0x80_0200)),
  ]

  @Test(arguments: impossible)
  func impossibleSizesAreRefused(_ row: (size: UInt64, error: MemoryMap.Invalid)) {
    #expect(throws: row.error) { try MemoryMap(ramSize: row.size) }
  }

  // swift-format-ignore
  static let ranges: [(range: Range<UInt64>, obstacle: MemoryMap.Obstacle?)] = [
    (0x500..<0x9_FC00,             nil),
    (0x10_0000..<0x7FE_0000,       nil),
    (0x4FF..<0x600,                .biosData),
    (0x9_FBFF..<0x9_FC01,          .extendedBIOSData),
    (0x9_F000..<0xA_0001,          .videoAndROM),
    (0xF_FFFF..<0x10_0001,         .videoAndROM),
    (0x7FD_FFFF..<0x7FE_0001,      .biosTables(needed: 129 << 20)),
    (0x7FD_FFFF..<0x800_0001,      .beyondRAM(needed: 129 << 20)),
    (0x800_0000..<0x10F0_0000,     .beyondRAM(needed: 272 << 20)),
    (0xBFFD_0000..<0xBFFE_0000,    .beyondRAM(needed: 3 << 30)),
    (0xBFFD_0000..<0xBFFE_0001,    .neverRAM),
    (0xB_8000..<0xB_8000,          nil),
  ]

  @Test(arguments: ranges)
  func obstaclesAreNamed(_ row: (range: Range<UInt64>, obstacle: MemoryMap.Obstacle?)) throws {
    let range = PhysAddr(row.range.lowerBound)..<PhysAddr(row.range.upperBound)
    #expect(MemoryMap.standard.obstacle(in: range) == row.obstacle)
    if case .beyondRAM(let needed) = row.obstacle {
      #expect(try MemoryMap(ramSize: needed).obstacle(in: range) == nil)
    }
  }

  @Test func biosDataIsAsAPCLeavesIt() {
    let plan = LoadPlan(
      writes: BIOSDataArea.writes, entry: PhysAddr(0), eax: 0, ebx: 0, elf: nil, warnings: [])
    let memory = PlannedMemory(plan: plan)
    #expect(memory.bytes(0x400, 4) == [0xF8, 0x03, 0, 0])
    #expect(memory.bytes(0x40E, 2) == [0xC0, 0x9F])
    #expect(memory.bytes(0x413, 2) == [0x7F, 0x02])
    #expect(memory.bytes(0x449, 3) == [3, 80, 0])
    #expect(memory.bytes(0x463, 2) == [0xD4, 0x03])
    #expect(memory.bytes(0x484, 3) == [24, 16, 0])
    #expect(memory.byte(0x9_FC00) == 1)
    // Every vector leads to an IRET.
    for vector in 0..<UInt64(256) {
      let entry = memory.word(vector * 4) ?? 0
      #expect(memory.byte(UInt64(entry >> 16) << 4 + UInt64(entry & 0xFFFF)) == 0xCF)
    }
    #expect(BIOSDataArea.writes.allSatisfy { !$0.range.isEmpty })
  }
}
