// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Kernel

/// An allocator and the memory that it cuts up, half of which it gets only later.
private final class Arena {
  static let size = 32768

  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 4096)
  var allocator: ChosenAllocator

  init(_ kind: ChosenAllocator.Kind) throws {
    allocator = try #require(
      ChosenAllocator(kind, UnsafeMutableRawBufferPointer(rebasing: memory[..<(Self.size / 2)])))
  }

  deinit { memory.deallocate() }

  /// What the allocator returns.
  func allocate(_ size: Int, alignment: Int = 16) -> UnsafeMutableRawPointer? {
    allocator.allocate(size: size, alignment: alignment)
  }

  /// The one hole that there is when nothing is allocated; nil if there are more.
  var wholeHole: Int? {
    switch allocator {
    case .bump: return nil
    case .list(let list): return list.holeCount == 1 ? list.freeBytes : nil
    case .blocks(var blocks):
      blocks.giveBack()
      return blocks.holeCount == 1 ? blocks.freeBytes : nil
    }
  }
}

@Suite struct AllocatorTests {
  /// A block in use.
  struct Block {
    let start: UnsafeMutableRawPointer
    let size: Int
    let filling: UInt8

    func fill() { start.initializeMemory(as: UInt8.self, repeating: filling, count: size) }
    var isIntact: Bool {
      UnsafeRawBufferPointer(start: start, count: size).allSatisfy { $0 == filling }
    }
  }

  @Test(arguments: ChosenAllocator.Kind.allCases, 0..<20 as Range<UInt64>)
  func blocksAreAlignedInsideAndDisjointInAnyOrder(
    kind: ChosenAllocator.Kind, seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let arena = try Arena(kind)
    var end = Arena.size / 2
    var live: [Block] = []
    var refused = 0
    for step in 0..<2000 {
      if step == 1000 {
        arena.allocator.extend(by: Arena.size / 2)
        end = Arena.size
      }
      if Int.random(in: 0..<5, using: &random) < 3 {
        let size =
          Bool.random(using: &random)
          ? Int.random(in: 0...40, using: &random) : Int.random(in: 0...3000, using: &random)
        let alignment =
          1 << (Bool.random(using: &random) ? 4 : Int.random(in: 0...9, using: &random))
        guard let start = arena.allocate(size, alignment: alignment) else {
          refused += 1
          continue
        }
        #expect(UInt(bitPattern: start) % UInt(max(alignment, 16)) == 0)
        let offset = start - (arena.memory.baseAddress ?? start)
        #expect(offset >= 0 && offset + size <= end)
        let block = Block(
          start: start, size: size, filling: UInt8.random(in: 0...255, using: &random))
        block.fill()
        live.append(block)
      } else if let index = live.indices.randomElement(using: &random) {
        // Whoever else got a byte of this block has overwritten it.
        #expect(live[index].isIntact)
        arena.allocator.deallocate(live.remove(at: index).start)
      }
    }
    #expect(live.allSatisfy { $0.isIntact })
    #expect(refused > 0, "the region was full at times")
    for block in live { arena.allocator.deallocate(block.start) }
    if kind != .bump {
      #expect(arena.allocator.freeBytes == Arena.size)
      #expect(arena.wholeHole == Arena.size, "every byte is free again, in one piece")
    }
  }

  @Test(arguments: ChosenAllocator.Kind.allCases)
  func whatCannotFitIsRefusedAndChangesNothing(kind: ChosenAllocator.Kind) throws {
    let arena = try Arena(kind)
    for (size, alignment) in [
      (Arena.size, 16), (Arena.size / 2 + 1, 16), (.max, 16), (.max - 15, 16), (1, 1 << 40),
    ] as [(Int, Int)] {
      #expect(arena.allocate(size, alignment: alignment) == nil)
    }
    #expect(arena.allocator.freeBytes == Arena.size / 2)
  }

  @Test func bumpAllocatorTakesNothingBack() throws {
    let arena = try Arena(.bump)
    var count = 0
    while let block = arena.allocate(100) {
      arena.allocator.deallocate(block)
      count += 1
    }
    #expect(count == Arena.size / 2 / 112)
  }

  @Test(arguments: [ChosenAllocator.Kind.list, .blocks])
  func othersGoOnForEver(kind: ChosenAllocator.Kind) throws {
    let arena = try Arena(kind)
    for _ in 0..<10_000 {
      let block = try #require(arena.allocate(100))
      arena.allocator.deallocate(block)
    }
  }

  @Test func listMergesAHoleWithBothNeighbours() throws {
    let arena = try Arena(.list)
    let blocks = try (0..<5).map { _ in
      try #require(arena.allocate(48))
    }
    func holes() -> Int {
      if case .list(let list) = arena.allocator { list.holeCount } else { 0 }
    }
    #expect(holes() == 1)
    arena.allocator.deallocate(blocks[1])
    arena.allocator.deallocate(blocks[3])
    #expect(holes() == 3)
    arena.allocator.deallocate(blocks[2])
    #expect(holes() == 2)
    #expect(arena.allocate(3 * 64 - 16) == blocks[1], "first fit")
  }

  @Test func sizedBlocksAreMergedWhenNothingElseIsLeft() throws {
    let arena = try Arena(.blocks)
    var blocks: [UnsafeMutableRawPointer] = []
    while let block = arena.allocate(100) { blocks.append(block) }
    for block in blocks { arena.allocator.deallocate(block) }
    #expect(arena.allocate(10_000) != nil)
  }
}

@Suite struct BlockGuardTests {
  /// What is said of a block of 100 bytes after `misuse`.
  func fault(
    alignment: Int = 16, _ misuse: (UnsafeMutableRawPointer) throws -> Void
  ) throws -> BlockGuard.Fault? {
    let size = try #require(BlockGuard.size(for: 100, alignment: alignment))
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: alignment)
    defer { memory.deallocate() }
    let bytes = BlockGuard.mark(memory, size: 100, alignment: alignment)
    #expect(UInt(bitPattern: bytes) % UInt(alignment) == 0)
    #expect(bytes - memory + 108 <= size)
    try misuse(bytes)
    do throws(BlockGuard.Fault) {
      let block = try BlockGuard.check(bytes)
      #expect(block == memory)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [16, 64, 4096]) func blockThatIsUsedAsItShouldBeIsGivenBack(alignment: Int)
    throws
  {
    #expect(
      try fault(alignment: alignment) { bytes in
        bytes.initializeMemory(as: UInt8.self, repeating: 0xFF, count: 100)
      } == nil)
  }

  @Test(arguments: 100..<108) func everyByteBehindTheEndIsWatched(offset: Int) throws {
    #expect(try fault { $0.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self) } == .overrun)
  }

  @Test func blockGivenBackTwiceIsNoticed() throws {
    #expect(try fault { _ = try BlockGuard.check($0) } == .freedTwice)
  }

  @Test(arguments: ChosenAllocator.Kind.allCases, [10, 100, 3000])
  func blockGivenBackTwiceIsNoticedWhateverTheAllocatorWroteIntoIt(
    kind: ChosenAllocator.Kind, size: Int
  ) throws {
    let arena = try Arena(kind)
    let needed = try #require(BlockGuard.size(for: size, alignment: 16))
    let bytes = BlockGuard.mark(
      try #require(arena.allocate(needed)), size: size, alignment: 16)
    arena.allocator.deallocate(try BlockGuard.check(bytes))
    #expect(throws: BlockGuard.Fault.freedTwice) { try BlockGuard.check(bytes) }
  }

  @Test func whatLiesInFrontIsWatched() throws {
    #expect(
      try fault { ($0 - 8).storeBytes(of: 7, as: UInt8.self) } == .notABlock)
  }

  @Test func sizeThatOverflowsIsRefused() {
    #expect(BlockGuard.size(for: .max, alignment: 16) == nil)
  }
}
