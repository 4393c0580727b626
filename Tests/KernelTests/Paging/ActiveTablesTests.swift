// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Kernel

@Suite struct ActiveTablesTests {
  let memory = FakeAddressSpace()
  static let page = Page(containing: VirtAddr(0x12_3456_7000))
  static let other = Page(containing: VirtAddr(0xFFFF_9000_0000_0000))

  @Test func inactiveTablesAreEditedAndTheActiveOnesAreAsBefore() throws {
    try MapperTests.withFrames(30) { frames in
      var active = ActiveTables(of: memory)
      try active.mapper.map(Self.other, to: PhysAddr(0x7000), [], tablesFrom: &frames)
      let new = try active.makeInactive(tablesFrom: &frames)
      try active.edit(new, tablesFrom: &frames) { mapper, frames throws(MapError) in
        #expect(mapper.translate(Self.other.start) == nil, "it is not mapped there")
        try mapper.map(Self.page, to: PhysAddr(0x8000), .writable, tablesFrom: &frames)
        #expect(mapper.translate(Self.page.start)?.physical == PhysAddr(0x8000))
      }
      #expect(active.mapper.translate(Self.page.start) == nil)
      #expect(active.mapper.translate(Self.other.start)?.physical == PhysAddr(0x7000))
      #expect(active.mapper.translate(active.temporary.start) == nil)
      #expect(memory.root == FakeAddressSpace.firstRoot)

      let old = active.activate(new)
      #expect(old.root == FakeAddressSpace.firstRoot && memory.root == new.root)
      #expect(active.mapper.translate(Self.page.start)?.physical == PhysAddr(0x8000))
      #expect(active.mapper.translate(Self.other.start) == nil)
      memory.store(5, at: Self.page.start)
      #expect(memory.load64(PhysAddr(0x8000)) == 5)
      #expect(memory.faults == 0)

      _ = active.activate(old)
      #expect(active.mapper.translate(Self.other.start)?.physical == PhysAddr(0x7000))
    }
  }

  @Test func framesThatTheTemporaryPageNeededGoBack() throws {
    try MapperTests.withFrames(30) { frames in
      var active = ActiveTables(of: memory)
      let new = try active.makeInactive(tablesFrom: &frames)
      #expect(frames.freeCount == 29, "the top table")
      try active.edit(new, tablesFrom: &frames) { _, _ throws(MapError) in }
      #expect(frames.freeCount == 29 && memory.usedTopEntries == 0)
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func whenFramesRunOutTheActiveTablesAreWhatTheyWere(count: UInt64) throws {
    try MapperTests.withFrames(count) { frames in
      var active = ActiveTables(of: memory)
      do throws(MapError) {
        let new = try active.makeInactive(tablesFrom: &frames)
        try active.edit(new, tablesFrom: &frames) { mapper, frames throws(MapError) in
          try mapper.map(Self.page, to: PhysAddr(0x8000), [], tablesFrom: &frames)
        }
      } catch {
        // One for the top table, three for the temporary page, three for the page in the new tables.
        #expect(count < 7)
      }
      #expect(memory.root == FakeAddressSpace.firstRoot && memory.usedTopEntries == 0)
      let slot = memory.load64(FakeAddressSpace.firstRoot + 511 * 8)
      #expect(slot & PageTableEntry.addressBits == FakeAddressSpace.firstRoot.value)
      #expect(active.mapper.translate(Self.page.start) == nil)
      #expect(memory.faults == 0)
    }
  }
}

@Suite struct OneOwnerTests {
  @Test func tablesThatHaveAnOwnerEndTheKernelWhenSomebodyElseTakesThem() async {
    await #expect(processExitsWith: .failure) {
      let memory = FakeAddressSpace()
      _ = ActiveTables(of: memory)
      _ = ActiveTables(of: memory)
    }
  }

  @Test func whatMayHappenOnceMayHappenOnce() async {
    Once("a first time").happen()
    await #expect(processExitsWith: .failure) {
      let once = Once("a second time")
      once.happen()
      once.happen()
    }
  }
}

@Suite struct KernelLayoutTests {
  /// Boot information with sections of (type, flags, address, size).
  static func information(
    _ sections: [(type: UInt32, flags: UInt32, address: UInt32, size: UInt32)]
  ) -> [UInt8] {
    var table = BootInformationTests.words(UInt32(sections.count), 64, 0)
    for (type, flags, address, size) in sections {
      table += BootInformationTests.words(
        0, type, flags, 0, address, 0, 0, 0, size, 0, 0, 0, 0, 0, 0, 0)
    }
    return BootInformationTests.list([
      (6, BootInformationTests.words(24, 0)), (9, table),
      (3, BootInformationTests.words(0x20_0000, 0x20_1234) + [0]),
    ])
  }

  static func layout(
    _ sections: [(type: UInt32, flags: UInt32, address: UInt32, size: UInt32)]
  ) throws -> Result<[String], KernelLayoutError> {
    try BootInformationTests.read(Self.information(sections)) { information in
      do {
        var inventory = try MemoryInventory(information)
        try inventory.add(PhysAddr(0x5000)..<PhysAddr(0x6000), for: .frameBitmap)
        var parts: [String] = []
        try KernelLayout(information, inventory).ranges.forEach { part in
          let rights = PageTableEntry(address: PhysAddr(0), flags: part.flags).rights
          if part.owner != .bootInformation {
            parts.append(String("\(part.range) \(rights) \(part.owner)" as Text))
          }
        }
        return .success(parts)
      } catch let error as KernelLayoutError {
        return .failure(error)
      } catch {
        Issue.record(error)
        return .success([])
      }
    }
  }

  @Test func eachPartHasNoMoreRightsThanItNeeds() throws {
    let parts = try Self.layout([
      (0, 0, 0, 0), (1, 2, 0x10_0000, 0x2000), (1, 6, 0x10_2000, 0x1000),
      (8, 3, 0x10_3000, 0x1000), (2, 0, 0x11_0010, 0x30), (3, 0, 0, 0x100),
    ]).get()
    #expect(
      parts == [
        "0x100000..<0x102000 r-- section", "0x102000..<0x103000 r-x section",
        "0x103000..<0x104000 rw- section", "0x110010..<0x110040 r-- symbols",
        "0xb8000..<0xb9000 rw- screen", "0x200000..<0x201234 r-- module",
        "0x5000..<0x6000 rw- notes on frames",
      ])
  }

  @Test func sectionThatCouldChangeItsOwnInstructionsIsRefused() throws {
    #expect(
      try Self.layout([(1, 7, 0x10_0000, 0x1000)])
        == .failure(.writableAndExecutable(PhysAddr(0x10_0000))))
  }

  @Test func sectionThatSharesAPageIsRefused() throws {
    #expect(
      try Self.layout([(1, 2, 0x10_0000, 0x1800), (1, 6, 0x10_1800, 0x1000)])
        == .failure(.sectionNotAligned(PhysAddr(0x10_1800))))
  }
}
