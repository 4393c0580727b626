// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Kernel

@Suite struct MapperTests {
  let memory = FakeAddressSpace()
  var mapper: Mapper<FakeAddressSpace> { Mapper(memory: memory) }

  static let page = Page(containing: VirtAddr(42 << 30))

  /// Calls `body` with an allocator of `count` frames.
  static func withFrames<Result>(
    _ count: UInt64, _ body: (inout FrameAllocator) throws -> Result
  ) throws -> Result {
    var model = MemoryModel()
    try model.add(available: PhysAddr(0x10_0000)..<PhysAddr(0x10_0000 + count * 4096))
    return try model.withAllocator(body)
  }

  @Test func pageLeadsNowhereThenToItsFrameThenNowhere() throws {
    try Self.withFrames(10) { frames in
      #expect(mapper.translate(Self.page.start) == nil)
      try mapper.map(Self.page, to: PhysAddr(0x5000), .writable, tablesFrom: &frames)
      #expect(
        mapper.translate(Self.page.start + 0x123)
          == Translation(physical: PhysAddr(0x5123), size: .kib4, rights: [.writable, .executable]))
      #expect(frames.freeCount == 7, "three tables")
      memory.store(77, at: Self.page.start + 8)
      #expect(memory.load64(PhysAddr(0x5008)) == 77)
      #expect(try mapper.unmap(Self.page, tablesTo: &frames).flush() == PhysAddr(0x5000))
      #expect(mapper.translate(Self.page.start) == nil)
      #expect(frames.freeCount == 10 && memory.usedTopEntries == 0)
      #expect(memory.faults == 0)
      _ = memory.load(Self.page.start)
      #expect(memory.faults == 1, "reading it is a fault once it is flushed")
    }
  }

  @Test func flushPromisedAndForgottenHappensAllTheSame() throws {
    try Self.withFrames(10) { frames in
      try mapper.map(Self.page, to: PhysAddr(0x5000), .writable, tablesFrom: &frames)
      _ = memory.load(Self.page.start)
      do {
        let pending = try mapper.unmap(Self.page, tablesTo: &frames)
        _ = memory.load(Self.page.start)
        #expect(memory.faults == 0, "the old translation is there still")
        _ = consume pending
      }
      _ = memory.load(Self.page.start)
      #expect(memory.faults == 1)
    }
  }

  @Test func pageIsMappedOnce() throws {
    try Self.withFrames(10) { frames in
      try mapper.map(Self.page, to: PhysAddr(0x5000), [], tablesFrom: &frames)
      #expect(throws: MapError.alreadyMapped(to: PhysAddr(0x5000))) {
        try mapper.map(Self.page, to: PhysAddr(0x6000), [], tablesFrom: &frames)
      }
      #expect(mapper.translate(Self.page.start)?.physical == PhysAddr(0x5000))
    }
  }

  @Test(arguments: 0..<3 as Range<UInt64>)
  func tablesMadeInVainGoBackWhenFramesRunOut(count: UInt64) throws {
    try Self.withFrames(count) { frames in
      #expect(throws: MapError.outOfFrames) {
        try mapper.map(Self.page, to: PhysAddr(0x5000), [], tablesFrom: &frames)
      }
      #expect(frames.freeCount == count && memory.usedTopEntries == 0)
    }
  }

  @Test func unmappedPageIsNamedByTheLevelThatEnds() throws {
    try Self.withFrames(10) { frames in
      func error(_ address: UInt64) -> UnmapError? {
        do throws(UnmapError) {
          _ = try mapper.protect(Page(containing: VirtAddr(address)), []).flush()
          return nil
        } catch {
          return error
        }
      }
      #expect(error(0) == .notMapped(.pml4))
      try mapper.map(Self.page, to: PhysAddr(0x5000), [], tablesFrom: &frames)
      #expect(error(43 << 30) == .notMapped(.pdpt))
      #expect(error(42 << 30 + 0x20_0000) == .notMapped(.pd))
      #expect(error(42 << 30 + 0x1000) == .notMapped(.pt))
      #expect(error(42 << 30) == nil)
    }
  }

  /// P4[0] → P3 in 0x2000; P3[0] → P2 in 0x3000 with 2 MiB pages; P3[1]: a page of 1 GiB.
  func mapHugePages() {
    for table: UInt64 in [0x2000, 0x3000] {
      for index: UInt64 in 0..<512 { memory.store64(0, at: PhysAddr(table + index * 8)) }
    }
    memory.store64(0x2003, at: PhysAddr(0x1000))
    memory.store64(0x3003, at: PhysAddr(0x2000))
    memory.store64(0x4000_0000 | 0x8000_0000_0000_0083, at: PhysAddr(0x2008))
    for index: UInt64 in 0..<512 {
      memory.store64(index << 21 | 0x81, at: PhysAddr(0x3000 + index * 8))
    }
  }

  @Test func hugePagesAreTranslatedAndNotTouched() throws {
    mapHugePages()
    #expect(
      mapper.translate(VirtAddr(0x3FFF_FFFF))
        == Translation(physical: PhysAddr(0x3FFF_FFFF), size: .mib2, rights: [.executable]))
    #expect(
      mapper.translate(VirtAddr(0x7654_3210))
        == Translation(physical: PhysAddr(0x7654_3210), size: .gib1, rights: [.writable]))
    #expect(mapper.translate(VirtAddr(0x8000_0000)) == nil)
    #expect(mapper.translate(VirtAddr(0x8000_0000_0000)) == nil, "not canonical")
    try Self.withFrames(10) { frames in
      for (address, level) in [(0xB_8000, .pd), (0x4000_0000, .pdpt)] as [(UInt64, PagingLevel)] {
        let page = Page(containing: VirtAddr(address))
        #expect(throws: MapError.parentIsHuge(level)) {
          try mapper.map(page, to: PhysAddr(0x5000), [], tablesFrom: &frames)
        }
        #expect(throws: UnmapError.parentIsHuge(level)) {
          _ = try mapper.unmap(page, tablesTo: &frames).flush()
        }
      }
      #expect(frames.freeCount == 10)
    }
  }

  @Test func rangesAreMergedAcrossTablesAndPageSizes() throws {
    mapHugePages()
    try Self.withFrames(100) { frames in
      // Two pages in a row on both sides of the border between two tables, one with other rights.
      for offset: UInt64 in 0..<3 {
        try mapper.map(
          Page(containing: VirtAddr(0xFFFF_8000_001F_E000 + offset * 4096)),
          to: PhysAddr(0x7000 + offset * 4096), offset == 2 ? [.noExecute] : .writable,
          tablesFrom: &frames)
      }
      var ranges: [MappedRange] = []
      mapper.forEachRange { ranges.append($0) }
      #expect(
        ranges.map { $0.start.value } == [
          0, 0x4000_0000, 0xFFFF_8000_001F_E000, 0xFFFF_8000_0020_0000,
        ])
      #expect(ranges.map(\.size) == [1 << 30, 1 << 30, 0x2000, 0x1000])
      #expect(
        ranges.map(\.rights) == [[.executable], [.writable], [.writable, .executable], []])
      #expect(ranges.map { $0.physical.value } == [0, 0x4000_0000, 0x7000, 0x9000])
    }
  }

  /// Pages that share tables with each other in every way, in both halves of the address space.
  static let places: [Page] = [0, 1, 0x1FF, 0x200, 0x3_FFFF, 0x4_0000, 0x7FF_FFFF, 0x800_0000]
    .flatMap {
      [Page(containing: VirtAddr($0 << 12)), Page(containing: VirtAddr(~0 << 47 | $0 << 12))]
    }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func anyOrderOfChangesKeepsTablesModelAndProcessorTogether(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    try Self.withFrames(40) { frames in
      var model: [UInt64: (frame: UInt64, flags: PageTableEntry.Flags)] = [:]
      for _ in 0..<400 {
        let page = try #require(Self.places.randomElement(using: &random))
        let flags = try #require(
          ([[], .writable, .noExecute, [.writable, .noExecute]] as [PageTableEntry.Flags])
            .randomElement(using: &random))
        switch (model[page.start.value], Int.random(in: 0..<3, using: &random)) {
        case (nil, _):
          let frame = UInt64.random(in: 0x200..<0x300, using: &random) << 12
          try mapper.map(page, to: PhysAddr(frame), flags, tablesFrom: &frames)
          model[page.start.value] = (frame, flags)
        case (let mapped?, 0):
          #expect(try mapper.protect(page, flags).flush().value == mapped.frame)
          model[page.start.value]?.flags = flags
        case (let mapped?, _):
          #expect(try mapper.unmap(page, tablesTo: &frames).flush().value == mapped.frame)
          model[page.start.value] = nil
        }
        for page in Self.places {
          let expected = model[page.start.value]
          let translation = mapper.translate(page.start)
          #expect(translation?.physical.value == expected?.frame)
          // The processor agrees, by its own walk, and by the TLB that it has filled on the way.
          guard let expected else { continue }
          let writes = expected.flags.contains(.writable)
          #expect(translation?.rights.contains(.writable) == writes)
          #expect(translation?.rights.contains(.executable) == !expected.flags.contains(.noExecute))
          guard case .mapped(let mapping) = memory.walk(page.start, for: .read).outcome else {
            Issue.record("\(page) is not mapped")
            continue
          }
          #expect(mapping.physical.value == expected.frame)
          memory.store64(expected.frame ^ seed, at: PhysAddr(expected.frame))
          #expect(memory.load(page.start) == expected.frame ^ seed)
        }
      }
      for address in model.keys {
        _ = try mapper.unmap(Page(containing: VirtAddr(address)), tablesTo: &frames).flush()
      }
      #expect(frames.freeCount == 40 && memory.usedTopEntries == 0, "all tables went back")
      #expect(memory.faults == 0)
    }
  }
}
