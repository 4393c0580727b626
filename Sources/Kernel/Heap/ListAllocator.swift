// SPDX-License-Identifier: GPL-2.0-or-later

/// Allocates from a list of holes, first fit, and merges what comes back with the holes next to it.
///
///     hole     | size | next ──▶ …  unused                 |
///     block    | size |  –  | the caller's bytes           |
///              ^16 bytes    ^what `allocate` returns
///
/// The holes are in the order of their addresses, and no two of them touch. Everything is a multiple
/// of 16 bytes, so that what is left over is nothing or has room for a hole.
struct ListAllocator: BlockAllocator {
  private var first: Hole?
  private var end: UnsafeMutableRawPointer
  private(set) var freeBytes = 0

  /// Memory that is in no block; what there is to know of it lies in itself.
  struct Hole: Equatable {
    let start: UnsafeMutableRawPointer

    var size: Int {
      get { start.load(as: Int.self) }
      nonmutating set { start.storeBytes(of: newValue, as: Int.self) }
    }

    var next: Hole? {
      get { (start + 8).load(as: UnsafeMutableRawPointer?.self).map(Hole.init) }
      nonmutating set {
        (start + 8).storeBytes(of: newValue?.start, as: UnsafeMutableRawPointer?.self)
      }
    }

    var end: UnsafeMutableRawPointer { start + size }

    init(start: UnsafeMutableRawPointer) { self.start = start }
  }

  /// An allocator of `region`, which begins and ends at multiples of 16.
  init?(_ region: UnsafeMutableRawBufferPointer) {
    guard let start = region.baseAddress else { return nil }
    end = start
    extend(by: region.count)
  }

  /// Bytes in front of what a caller gets.
  static var headerSize: Int { blockUnit }

  /// The size of `block` with its header.
  static func size(of block: UnsafeMutableRawPointer) -> Int {
    (block - headerSize).load(as: Int.self)
  }

  mutating func allocate(size: Int, alignment: Int) -> UnsafeMutableRawPointer? {
    guard let needed = size.roundedUp(to: blockUnit)?.addingReportingOverflow(Self.headerSize),
      !needed.overflow
    else { return nil }
    let size = needed.partialValue
    var previous: Hole?
    var candidate = first
    while let hole = candidate {
      let next = hole.next
      let block = (hole.start + Self.headerSize).alignedUp(
        toMultipleOf: max(alignment, blockUnit))
      let start = block - Self.headerSize
      if start <= hole.end, size <= hole.end - start {
        take(size, at: start, from: hole, after: previous)
        return block
      }
      previous = hole
      candidate = next
    }
    return nil
  }

  /// Cuts a block out of `hole`, which follows `previous`; what is left in front and behind stays.
  private mutating func take(
    _ size: Int, at start: UnsafeMutableRawPointer, from hole: Hole, after previous: Hole?
  ) {
    let (front, back) = (start - hole.start, hole.end - start - size)
    var rest = hole.next
    if back > 0 {
      let behind = Hole(start: start + size)
      behind.size = back
      behind.next = rest
      rest = behind
    }
    if front > 0 {
      hole.size = front
      hole.next = rest
    } else {
      link(previous, to: rest)
    }
    start.storeBytes(of: size, as: Int.self)
    freeBytes -= size
  }

  mutating func deallocate(_ block: UnsafeMutableRawPointer) {
    insert(block - Self.headerSize, size: Self.size(of: block))
  }

  mutating func extend(by count: Int) {
    insert(end, size: count)
    end += count
  }

  /// Makes memory that is in no block a hole, or part of the holes that it touches.
  private mutating func insert(_ start: UnsafeMutableRawPointer, size: Int) {
    guard size > 0 else { return }
    var previous: Hole?
    var next = first
    while let hole = next, hole.start < start {
      previous = hole
      next = hole.next
    }
    let hole = Hole(start: start)
    hole.size = size
    hole.next = next
    freeBytes += size
    if let next, hole.end == next.start {
      hole.size += next.size
      hole.next = next.next
    }
    if let previous, previous.end == start {
      previous.size += hole.size
      previous.next = hole.next
    } else {
      link(previous, to: hole)
    }
  }

  private mutating func link(_ previous: Hole?, to hole: Hole?) {
    if let previous { previous.next = hole } else { first = hole }
  }

  /// The number of holes.
  var holeCount: Int {
    var count = 0
    var hole = first
    while let current = hole {
      count += 1
      hole = current.next
    }
    return count
  }
}
