// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Kernel

@Suite struct FrameAllocatorTests {
  @Test func framesOfAPCComeFromTheSecondOnAndSkipTheHole() throws {
    var model = MemoryModel()
    try model.add(available: PhysAddr(0)..<PhysAddr(0x9_FC00))
    try model.add(available: PhysAddr(0x10_0000)..<PhysAddr(0x10_3000))
    try model.add(PhysAddr(0x10_1800)..<PhysAddr(0x10_1801), for: .bootInformation)
    model.withAllocator { frames in
      #expect(frames.totalCount == 158 + 2)
      var numbers: [UInt64] = []
      while let number = frames.allocateNumber() { numbers.append(number) }
      // 0x9F is only partly there; one byte of 0x101 is taken.
      #expect(numbers == Array(1...0x9E) + [0x100, 0x102])
      #expect(frames.freeCount == 0)
    }
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func exactlyTheFreeFramesOfAnyMapComeOutOnceLowestFirst(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let model = try MemoryModel(using: &random)
    model.withAllocator { frames in
      #expect(frames.freeCount == UInt64(model.free.count))
      #expect((0..<MemoryModel.frames).filter { frames.isFree($0) } == model.free)
      var numbers: [UInt64] = []
      while let number = frames.allocateNumber() { numbers.append(number) }
      #expect(numbers == model.free)
    }
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func framesGivenBackComeOutAgainAndNoneIsHadTwice(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var model = try MemoryModel(using: &random)
    try model.add(available: PhysAddr(0x20_0000)..<PhysAddr(0x24_0000))
    model.withAllocator { frames in
      let free = Set(model.free)
      var held: Set<UInt64> = []
      for _ in 0..<3000 {
        if Bool.random(using: &random), let number = frames.allocateNumber() {
          #expect(free.contains(number))
          #expect(held.insert(number).inserted, "frame \(number) came out twice")
          #expect(number == free.subtracting(held).union([number]).min())
        } else if let number = held.randomElement(using: &random) {
          held.remove(number)
          frames.deallocate(number: number)
        }
        #expect(frames.freeCount == UInt64(free.count - held.count))
      }
    }
  }

  @Test func checksEndTheKernelWhenAFrameIsGivenBackTwice() async {
    await #expect(processExitsWith: .failure) {
      var model = MemoryModel()
      try model.add(available: PhysAddr(0x10_0000)..<PhysAddr(0x10_4000))
      model.withAllocator { frames in
        guard let number = frames.allocateNumber() else { return }
        frames.deallocate(number: number)
        frames.deallocate(number: number)
      }
    }
  }

  @Test func checksEndTheKernelWhenAFrameIsGivenBackThatWasNeverThere() async {
    await #expect(processExitsWith: .failure) {
      var model = MemoryModel()
      try model.add(available: PhysAddr(0x10_0000)..<PhysAddr(0x10_4000))
      try model.add(PhysAddr(0x10_1000)..<PhysAddr(0x10_2000), for: .kernel)
      model.withAllocator { frames in frames.deallocate(number: 0x101) }
    }
  }
}

@Suite struct MemoryInventoryTests {
  @Test(arguments: 0..<200 as Range<UInt64>)
  func gapIsTheLowestRunOfFreeFrames(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let model = try MemoryModel(using: &random)
    let free = Set(model.free)
    for count: UInt64 in [1, 2, 7, 60] {
      let limit = UInt64.random(in: 0...MemoryModel.frames * 4096, using: &random)
      let expected = (0..<MemoryModel.frames).first { start in
        (start + count) * 4096 <= limit && (start..<start + count).allSatisfy(free.contains)
          && model.available.contains { $0.wholeFrames.isSuperset(of: start..<start + count) }
      }
      let gap = model.inventory.gap(ofFrames: count, below: PhysAddr(limit))
      #expect(gap?.lowerBound.value == expected.map { $0 * 4096 }, "\(count) frames")
      if let gap { #expect(gap.size == count * 4096) }
    }
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func blogCountsEveryTouchedFrameButForTwoSpans(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var model = MemoryModel()
    func range() -> Range<PhysAddr> {
      let start = UInt64.random(in: 1...MemoryModel.frames * 4096, using: &random)
      return PhysAddr(start)..<PhysAddr(start + UInt64.random(in: 1...400_000, using: &random))
    }
    var left: Set<UInt64> = []
    for _ in 0..<4 {
      let range = range()
      try model.add(available: range)
      left.formUnion(range.lowerBound.value / 4096...(range.upperBound.value - 1) / 4096)
    }
    let (first, second, information) = (range(), range(), range())
    try model.add(first, for: .kernel)
    try model.add(information, for: .bootInformation)
    try model.add(range(), for: .module)  // of these it knows nothing
    try model.add(second, for: .kernel)
    let kernel = min(first.lowerBound, second.lowerBound)..<max(first.upperBound, second.upperBound)
    for taken in [kernel, information] {
      left.subtract(taken.lowerBound.value / 4096...(taken.upperBound.value - 1) / 4096)
    }
    #expect(model.inventory.blogFrameCount == UInt64(left.count))
  }

  @Test func everythingThatTheLoaderTellsIsTaken() throws {
    var map = BootInformationTests.words(24, 0)
    for region: [UInt32] in [
      [0x10_0000, 0, 0x7F0_0000, 0, 1, 0], [0xFFFF_0000, 0, 0x1_0000, 0, 2, 0],
      // A length that runs over the end of the address space ends there.
      [0xFFFF_0000, 0xFFFF_FFFF, 0xFFFF_0000, 0xFFFF_FFFF, 3, 0],
    ] { map += region.flatMap { BootInformationTests.words($0) } }
    // Section headers: none, the program, and symbols that have no place.
    var sections = BootInformationTests.words(3, 64, 0)
    for (address, size) in [(0, 0), (0x10_0000, 0x4000), (0, 0x1000)] as [(UInt32, UInt32)] {
      sections += BootInformationTests.words(
        0, 1, 2, 0, address, 0, 0, 0, size, 0, 0, 0, 0, 0, 0, 0)
    }
    let bytes = BootInformationTests.list([
      (6, map), (9, sections),
      (3, BootInformationTests.words(0x20_0000, 0x20_0800) + Array("m\0".utf8)),
    ])
    let taken = try BootInformationTests.read(bytes) { information in
      var taken: [String] = []
      let inventory = try? MemoryInventory(information)
      inventory?.taken.forEach { taken.append(String("\($0.range) \($0.owner)" as Text)) }
      return taken.filter { !$0.hasSuffix("boot information") }
    }
    #expect(
      taken == [
        "0x0..<0x1000 BIOS data", "0xa0000..<0x100000 display adapter and ROMs",
        "0xffff0000..<0x100000000 reserved", "0xffffffffffff0000..<0xffffffffffffffff ACPI tables",
        "0x100000..<0x104000 kernel", "0x200000..<0x200800 module",
      ])
  }

  @Test func informationWithoutAMemoryMapOrSectionsIsRefused() throws {
    func error(_ tags: [(type: UInt32, content: [UInt8])]) throws -> MemoryInventoryError? {
      try BootInformationTests.read(BootInformationTests.list(tags)) { information in
        do throws(MemoryInventoryError) {
          _ = try MemoryInventory(information)
          return nil
        } catch {
          return error
        }
      }
    }
    #expect(try error([]) == .noMemoryMap)
    #expect(try error([(6, BootInformationTests.words(24, 0))]) == .noSections)
    let modules = (0..<70).map { _ in
      (type: UInt32(3), content: BootInformationTests.words(0x20_0000, 0x20_1000))
    }
    let whole: [(type: UInt32, content: [UInt8])] = [
      (6, BootInformationTests.words(24, 0)), (9, BootInformationTests.words(0, 64, 0)),
    ]
    #expect(try error(whole + modules) == .tooManyRanges)
  }
}

extension Range<UInt64> {
  fileprivate func isSuperset(of other: Range<UInt64>) -> Bool {
    lowerBound <= other.lowerBound && other.upperBound <= upperBound
  }
}

/// SplitMix64: the same numbers for the same seed (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014, Figure 16).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
