// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Testing
import X86

@testable import Monitor

/// The map of a whole address space.
@Suite struct AddressSpaceTests {
  private static let names = KernelNames(nil, memory: .standard)
  private static let all: PageRights = [.writable, .executable]

  private func lines(_ space: AddressSpace, width: Int = 80) -> [String] {
    space.lines(.fourLevel, cr3: 0x1000, names: Self.names, width: width, .none)
  }

  /// PML4 0x1000 that maps itself last, PDPT 0x2000, PD 0x3000, PT 0x4000: 4 KiB pages 0, 1, not 2, 3,
  /// scattered 4 to 7, one with a reserved bit; 2 MiB pages from 4 MiB on.
  private static let tables = TableMemory(entries8: [
    0x1000: 0x2007, 0x1ff8: 0x1003, 0x2000: 0x3007, 0x3000: 0x4007, 0x3010: 0x40_0083,
    0x3018: 0x60_0083,
    0x4000: 0x3, 0x4008: 0x1003, 0x4018: 0x8000_0000_000b_8003,
    0x4020: 0x9007, 0x4028: 0xc007, 0x4030: 0x8007, 0x4038: 0x9007, 0x4040: 0x0100_0000_9003,
  ])

  @Test func neighboursThatAreMappedAlikeAreOneArea() {
    let space = AddressSpace(.fourLevel(), in: Self.tables)
    #expect(space.isComplete)
    #expect(
      lines(space) == [
        "The address space, by 4-level paging, CR3 0x1000",
        "",
        "0x0                    8 KiB            rwx supervisor  4 KiB pages  → 0x0",
        "0x2000                 4 KiB            not mapped: a guard page",
        "0x3000                 4 KiB            rw- supervisor  4 KiB pages  → 0xb8000",
        "  0x3000               4 KiB            VGA text memory",
        "0x4000                 16 KiB           rwx user        4 KiB pages  → scattered frames",
        "0x8000                 4 KiB            faults: bit 40 is 1, reserved",
        "0x9000                 4_060 KiB        not mapped",
        "0x400000               4 MiB            rwx supervisor  2 MiB pages  → 0x400000",
        "0x800000               134_217_720 MiB  not mapped",
        "0x8000_0000_0000       16_776_960 TiB   not canonical",
        "0xffff_8000_0000_0000  130_560 GiB      not mapped",
        "0xffff_ff80_0000_0000  512 GiB          page tables, recursive through PML4[511]",
      ])
  }

  @Test func aWideTerminalShowsWhereAreasEnd() {
    let space = AddressSpace(.fourLevel(), in: Self.tables)
    #expect(
      lines(space, width: 120)[2].hasPrefix("0x0 – 0x1fff                                   8 KiB"))
  }

  @Test func tablesThatShareEachOtherDoNotGoOnForEver() {
    // Every entry of every table leads to the next table, and all of the last to one page: 2^36 pages.
    var entries: [(UInt64, UInt64)] = []
    for level in 0..<4 as Range<UInt64> {
      for index in 0..<512 as Range<UInt64> {
        entries.append((0x1000 * (level + 1) + index * 8, 0x1000 * (level + 2) + 3))
      }
    }
    let space = AddressSpace(.fourLevel(), in: TableMemory(entries8: entries), mostWalks: 100_000)
    #expect(!space.isComplete)
    #expect(lines(space).last?.hasPrefix("and so on") == true)
  }

  @Test func withoutPagingItIsOneArea() {
    let space = AddressSpace(PagingState(cr0: .pe, cr3: 0, cr4: [], efer: []), in: Self.tables)
    #expect(space.areas.count == 1 && space.areas[0].last == VirtAddr(0xffff_ffff))
    let contents = space.areas[0].contents(Self.names).map(\.name)
    #expect(contents.contains("VGA text memory") && contents.contains("BIOS ROM"))
  }

  @Test func everyAddressIsInTheMapAsItsWalkSays() {
    // The areas leave no gap, and a walk of a random address agrees with its area.
    let paging = PagingState.fourLevel()
    let space = AddressSpace(paging, in: Self.tables)
    #expect(space.areas.first?.start == VirtAddr(0) && space.areas.last?.last == VirtAddr(.max))
    for (area, next) in zip(space.areas, space.areas.dropFirst()) {
      #expect(area.last.value + 1 == next.start.value)
    }
    for _ in 0..<2000 {
      let address = VirtAddr(.random(in: 0..<0xa0_0000))
      let walk = paging.walk(
        address, for: PageAccess(.read, as: .supervisor(ac: true)), in: Self.tables)
      let area = space.areas.first { $0.start <= address && address <= $0.last }
      switch (area?.kind, walk.outcome) {
      case (.mapped(let physical, let size, let rights), .mapped(let mapping)):
        #expect(size == mapping.pageSize && rights == mapping.rights)
        if let physical, let area {
          #expect(physical + (address - area.start) == mapping.physical)
        }
      case (.unmapped, .fault), (.guardPage, .fault), (.broken, .fault): break
      default: Issue.record("\(address) \(walk.outcome) in \(String(describing: area))")
      }
    }
  }
}
