// SPDX-License-Identifier: GPL-2.0-or-later

/// Cuts a region of memory into blocks of any size, and puts them together again, or not: that is
/// what allocators differ in.
///
/// A block is at a multiple of `alignment`, a power of two, and of 16. Nobody else touches the region.
protocol BlockAllocator {
  /// A block of at least `size` bytes; nil if the region has none.
  mutating func allocate(size: Int, alignment: Int) -> UnsafeMutableRawPointer?

  /// Takes a block back that `allocate` has returned.
  mutating func deallocate(_ block: UnsafeMutableRawPointer)

  /// Takes `count` more bytes into use, at the end of the region; a multiple of 16.
  mutating func extend(by count: Int)

  /// Bytes of the region that are in no block; more than one block of that size may need.
  var freeBytes: Int { get }
}

/// What every block and every hole begins at and has a multiple of.
let blockUnit = 16

extension Int {
  /// The next multiple of `unit`, a power of two; nil if there is no such number.
  func roundedUp(to unit: Int) -> Int? {
    let (sum, overflow) = addingReportingOverflow(unit - 1)
    return overflow ? nil : sum & ~(unit - 1)
  }
}
