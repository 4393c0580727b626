// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// 4 KiB of physical memory, aligned, that belong to whoever holds this value and to nobody else.
///
/// It cannot be copied, so that two owners of the same memory are an error of the compiler. Only a
/// `FrameAllocator` makes them out of nothing. Whoever puts a frame to use for good, as a page table
/// or as mapped memory, lets go of the value and remembers the address; `init(owning:)` is the way
/// back when that use has ended.
struct Frame: ~Copyable {
  /// The address of its first byte divided by its size.
  let number: UInt64

  /// The frame that begins at `start`, which has to be a multiple of 4 KiB.
  ///
  /// Nobody checks that the caller is the owner: call this only where a use of it has just ended.
  init(owning start: PhysAddr) {
    precondition(start.value % Frame.size == 0)
    number = start.value / Frame.size
  }

  /// The physical address of its first byte.
  var start: PhysAddr { PhysAddr(number * Frame.size) }

  /// Bytes in a frame.
  static var size: UInt64 { PageSize.kib4.rawValue }
}

extension Range<PhysAddr> {
  /// Bytes.
  var size: UInt64 { upperBound - lowerBound }

  /// The numbers of the frames that lie in the range with every byte.
  var wholeFrames: Range<UInt64> {
    let first = (lowerBound.value + Frame.size - 1) / Frame.size
    return first..<Swift.max(first, upperBound.value / Frame.size)
  }

  /// The numbers of the frames that lie in the range with at least one byte.
  var touchedFrames: Range<UInt64> {
    guard !isEmpty else { return 0..<0 }
    return lowerBound.value / Frame.size..<(upperBound.value - 1) / Frame.size + 1
  }
}
