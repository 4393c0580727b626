// SPDX-License-Identifier: GPL-2.0-or-later
import X86

@testable import Kernel

/// A small physical memory in which every byte range is known twice: to the inventory, and, frame by
/// frame in the plainest way, to the test.
struct MemoryModel {
  /// The frames that the model looks at.
  static let frames: UInt64 = 700

  var inventory = MemoryInventory()
  var available: [Range<PhysAddr>] = []
  var taken: [Range<PhysAddr>] = [
    PhysAddr(0)..<PhysAddr(0x1000), PhysAddr(0xA_0000)..<PhysAddr(0x10_0000),
  ]

  init() {}

  /// Some ranges of any size at any place, overlapping as they may.
  init(using random: inout some RandomNumberGenerator) throws {
    func range() -> Range<PhysAddr> {
      let end = Self.frames * 4096
      // Half of the borders are those of frames; a frame that is only partly there is a rare case.
      let places = (0..<2).map { _ in
        let place = UInt64.random(in: 0...end, using: &random)
        return Bool.random(using: &random) ? place & ~4095 : place
      }
      return PhysAddr(min(places[0], places[1]))..<PhysAddr(max(places[0], places[1]))
    }
    for _ in 0..<Int.random(in: 0...4, using: &random) { try add(available: range()) }
    for index in 0..<Int.random(in: 0...6, using: &random) {
      try add(range(), for: [.kernel, .module, .bootInformation, .firmware(.reserved)][index % 4])
    }
  }

  mutating func add(available range: Range<PhysAddr>) throws {
    available.append(range)
    try inventory.add(available: range)
  }

  mutating func add(_ range: Range<PhysAddr>, for owner: MemoryInventory.Owner) throws {
    taken.append(range)
    try inventory.add(range, for: owner)
  }

  /// Whether all of the frame is in one available range, and no byte of it in a taken one.
  func isFree(_ number: UInt64) -> Bool {
    let first = number * 4096
    let last = first + 4095
    return available.contains { $0.lowerBound.value <= first && last < $0.upperBound.value }
      && !taken.contains {
        !$0.isEmpty && $0.lowerBound.value <= last && first < $0.upperBound.value
      }
  }

  /// The free frames, lowest first.
  var free: [UInt64] { (0..<Self.frames).filter(isFree) }

  /// Calls `body` with an allocator of the model's frames.
  func withAllocator<Result>(
    _ body: (inout FrameAllocator) throws -> Result
  ) rethrows -> Result {
    let count = Int(FrameAllocator.wordCount(for: inventory))
    let notes = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: count)
    defer { notes.deallocate() }
    notes.initialize(repeating: .max)  // nobody cleared them
    var allocator = FrameAllocator(inventory, notes: notes)
    return try body(&allocator)
  }
}

extension FrameAllocator {
  /// The number of a frame that is let go of: it stays allocated.
  mutating func allocateNumber() -> UInt64? {
    if let frame = allocate() { frame.number } else { nil }
  }

  /// Gives the frame with this number back.
  mutating func deallocate(number: UInt64) {
    deallocate(Frame(owning: PhysAddr(number * Frame.size)))
  }
}
