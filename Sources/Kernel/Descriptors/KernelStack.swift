// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A stack with a guard page below it, so that an overflow is a page fault and not somebody's data.
///
///     | guard |       stack       | guard |       stack       | …
///     region          9 pages each ^      ^lowest             ^top
struct KernelStack: Equatable {
  /// Its place among the stacks.
  let number: UInt64

  /// Where stacks begin: behind the most that the heap may have.
  static var region: VirtAddr { VirtAddr(0x5000_0000) }
  /// How many there may be.
  static var capacity: UInt64 { 16 }
  /// Pages of each, without the guard page.
  static var pages: UInt64 { 8 }

  private var start: VirtAddr {
    KernelStack.region + number * (KernelStack.pages + 1) * Page.size
  }

  /// The page that nothing is mapped to.
  var guardPage: Page { Page(containing: start) }
  /// Its lowest address.
  var lowest: VirtAddr { start + Page.size }
  /// The address behind it, where RSP begins.
  var top: VirtAddr { lowest + KernelStack.pages * Page.size }

  /// The stack that `address` lies in, whether or not it is mapped; nil for guard pages and all other
  /// memory.
  init?(containing address: VirtAddr) {
    guard address >= KernelStack.region else { return nil }
    number = (address - KernelStack.region) / ((KernelStack.pages + 1) * Page.size)
    guard number < KernelStack.capacity, address >= lowest else { return nil }
  }

  /// The stack at that place.
  init(number: UInt64) {
    precondition(number < KernelStack.capacity)
    self.number = number
  }

  /// How many are mapped: those with the lowest numbers.
  nonisolated(unsafe) private(set) static var mappedCount: UInt64 = 0

  /// Whether it may be read.
  var isMapped: Bool { number < KernelStack.mappedCount }

  /// Maps all of it but the guard page; false if frames run out. The stacks are mapped in their order.
  func map() -> Bool {
    precondition(number == KernelStack.mappedCount)
    for page in 0..<KernelStack.pages {
      guard Memory.mapNew(Page(containing: lowest + page * Page.size)) else { return false }
    }
    KernelStack.mappedCount += 1
    return true
  }
}
