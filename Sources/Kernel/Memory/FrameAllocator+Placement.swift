// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension FrameAllocator {
  /// An allocator of what is free in `inventory`, where the place of its notes is taken from now on.
  ///
  /// - Parameter limit: The end of the memory that is mapped onto itself; the notes go below it.
  init(
    placingNotesIn inventory: inout MemoryInventory, below limit: PhysAddr
  ) throws(MemoryInventoryError) {
    let wordCount = Self.wordCount(for: inventory)
    let bytes = wordCount * UInt64(MemoryLayout<UInt64>.stride)
    guard
      let place = inventory.gap(ofFrames: (bytes + Frame.size - 1) / Frame.size, below: limit),
      let start = UnsafeMutablePointer<UInt64>(bitPattern: UInt(place.lowerBound.value))
    else { throw .noRoomForNotes(bytes: bytes) }
    try inventory.add(place, for: .frameBitmap)
    // SAFETY: the gap is RAM that nobody has, mapped onto itself below the limit.
    self.init(
      inventory, notes: UnsafeMutableBufferPointer(start: start, count: Int(wordCount)))
  }
}
