// SPDX-License-Identifier: GPL-2.0-or-later

/// Keeps blocks of seven sizes on lists of their own, so that most allocations and all frees of them
/// take a few instructions; what has another size, and new blocks, come from a `ListAllocator`.
///
///     32 ──▶ block ──▶ block ──▶ block          sizes with the header that the list allocator
///     64                                        gives each block, and by which a block that comes
///      …                                        back finds its list
///     2048 ──▶ block
struct SizedBlockAllocator: BlockAllocator {
  private var list: ListAllocator
  /// The first free block of each size.
  private var free = InlineArray<7, UnsafeMutableRawPointer?>(repeating: nil)
  /// Bytes on those lists.
  private var keptBytes = 0

  /// The smallest size; each of the others is twice the one before.
  private static var smallest: Int { 32 }
  private static var largest: Int { 2048 }

  /// An allocator of `region`, which begins and ends at multiples of 16.
  init?(_ region: UnsafeMutableRawBufferPointer) {
    guard let list = ListAllocator(region) else { return nil }
    self.list = list
  }

  mutating func allocate(size: Int, alignment: Int) -> UnsafeMutableRawPointer? {
    let header = ListAllocator.headerSize
    guard alignment <= blockUnit, size <= Self.largest - header else {
      return allocateFromList(size: size, alignment: alignment)
    }
    let number = Self.number(for: size + header)
    if let block = free[number] {
      free[number] = block.load(as: UnsafeMutableRawPointer?.self)
      keptBytes -= Self.size(number)
      return block
    }
    return allocateFromList(size: Self.size(number) - header, alignment: blockUnit)
  }

  /// When the list allocator has nothing left, it gets everything that is kept, and merges it.
  private mutating func allocateFromList(size: Int, alignment: Int) -> UnsafeMutableRawPointer? {
    if let block = list.allocate(size: size, alignment: alignment) { return block }
    guard keptBytes > 0 else { return nil }
    giveBack()
    return list.allocate(size: size, alignment: alignment)
  }

  mutating func deallocate(_ block: UnsafeMutableRawPointer) {
    let size = ListAllocator.size(of: block)
    let number = Self.number(for: size)
    guard size <= Self.largest, Self.size(number) == size else { return list.deallocate(block) }
    block.storeBytes(of: free[number], as: UnsafeMutableRawPointer?.self)
    free[number] = block
    keptBytes += size
  }

  /// Gives all blocks on the lists back to the list allocator.
  mutating func giveBack() {
    for number in free.indices {
      while let block = free[number] {
        free[number] = block.load(as: UnsafeMutableRawPointer?.self)
        list.deallocate(block)
      }
    }
    keptBytes = 0
  }

  mutating func extend(by count: Int) { list.extend(by: count) }

  var freeBytes: Int { list.freeBytes + keptBytes }

  /// The number of holes once nothing is kept.
  var holeCount: Int { list.holeCount }

  /// The number of the smallest size that has room for `size` bytes, 1...2048.
  private static func number(for size: Int) -> Int {
    let size = Swift.min(Swift.max(size, smallest), largest)
    return (Int.bitWidth - (size - 1).leadingZeroBitCount) - smallest.trailingZeroBitCount
  }

  private static func size(_ number: Int) -> Int { smallest << number }
}
