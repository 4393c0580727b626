// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The kernel's heap: where arrays, dictionaries, long strings, objects and closures live.
///
/// Its region begins at 1 GiB, has 100 KiB at first, and grows by whole pages when an allocation does not
/// fit, up to 1 MiB. Swift comes here by posix_memalign and free (Sources/Boot/allocation.c).
enum Heap {
  private static let lock = SpinLock("heap")

  // These belong to who holds the lock.
  nonisolated(unsafe) private static var allocator: ChosenAllocator?
  nonisolated(unsafe) private static var numbers = Statistics()

  /// What has happened on the heap so far.
  struct Statistics {
    /// Bytes of the region.
    var size = 0
    /// Bytes of it that are in no block.
    var free = 0
    /// Blocks that were asked for.
    var allocations = 0
    /// Blocks that were given back.
    var deallocations = 0
    /// How often the region has grown.
    var growths = 0

    /// Bytes in blocks, with what the allocator adds to them.
    var used: Int { size - free }
    /// Blocks in use.
    var blocks: Int { allocations - deallocations }
  }

  /// The first address of the region.
  static var start: VirtAddr { VirtAddr(0x4000_0000) }
  /// Bytes at the start.
  private static var initialSize: Int { 100 << 10 }
  /// Bytes at the most.
  private static var maximumSize: Int { 1 << 20 }
  /// It grows by a multiple of this.
  private static var growthUnit: Int { 16 << 10 }

  private static let opening = Once("The heap is open already")

  /// Maps the region and begins to allocate from it; once, since a second allocator would hand out the
  /// blocks of the first one again.
  static func open(_ kind: ChosenAllocator.Kind) {
    opening.happen()
    guard map(initialSize) else { panic("There are no frames for the heap") }
    allocator = ChosenAllocator(
      kind,
      UnsafeMutableRawBufferPointer(
        start: UnsafeMutableRawPointer(bitPattern: UInt(start.value)), count: initialSize))
    numbers.size = initialSize
  }

  /// What has happened so far.
  static var statistics: Statistics {
    lock.withLock {
      var numbers = numbers
      numbers.free = allocator?.freeBytes ?? 0
      return numbers
    }
  }

  /// A block of `size` bytes; ends the kernel if there is none, since Swift has no way to go on.
  static func allocate(size: Int, alignment: Int) -> UnsafeMutableRawPointer {
    guard let block = lock.withLock({ allocateLocked(size: size, alignment: alignment) }) else {
      let heap = statistics
      panic(
        "The heap is full: \(size) bytes are asked for, \(heap.used) of \(heap.size) are taken")
    }
    return block
  }

  private static func allocateLocked(size: Int, alignment: Int) -> UnsafeMutableRawPointer? {
    guard
      let needed = Checks.areOn ? BlockGuard.size(for: size, alignment: alignment) : size,
      let block = allocator?.allocate(size: needed, alignment: alignment)
        ?? growAndAllocate(size: needed, alignment: alignment)
    else { return nil }
    numbers.allocations += 1
    return Checks.areOn ? BlockGuard.mark(block, size: size, alignment: alignment) : block
  }

  /// Takes a block back.
  static func deallocate(_ bytes: UnsafeMutableRawPointer) {
    do throws(BlockGuard.Fault) {
      let block = Checks.areOn ? try BlockGuard.check(bytes) : bytes
      lock.withLock {
        allocator?.deallocate(block)
        numbers.deallocations += 1
      }
    } catch {
      panic("The block at \(hex: UInt(bitPattern: bytes)) \(error)")
    }
  }

  /// The block once the region has grown by what it may need; nil if it has all that it may have.
  private static func growAndAllocate(size: Int, alignment: Int) -> UnsafeMutableRawPointer? {
    // With header and padding, however the region ends.
    guard size < maximumSize, alignment < maximumSize,
      let wanted = (size + alignment + 2 * blockUnit).roundedUp(to: growthUnit)
    else { return nil }
    let growth = min(wanted, maximumSize - numbers.size)
    guard growth > 0, map(growth) else { return nil }
    allocator?.extend(by: growth)
    numbers.size += growth
    numbers.growths += 1
    return allocator?.allocate(size: size, alignment: alignment)
  }

  /// Maps `count` more bytes behind those that are mapped.
  private static func map(_ count: Int) -> Bool {
    let first = start + UInt64(numbers.size)
    for offset in stride(from: 0, to: UInt64(count), by: UInt64.Stride(Page.size)) {
      guard Memory.mapNew(Page(containing: first + offset)) else { return false }
    }
    return true
  }
}
