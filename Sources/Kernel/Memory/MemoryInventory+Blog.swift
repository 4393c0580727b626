// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension MemoryInventory {
  /// How many frames the allocator of the blog hands out of the same memory: to be compared.
  ///
  /// That is every frame that available memory touches, the first one and halves of frames included, but
  /// for two ranges: from the first of the kernel's sections to the last one, and the boot information.
  var blogFrameCount: UInt64 {
    let kernel = span(of: .kernel)
    let information = span(of: .bootInformation)
    var count: UInt64 = 0
    // Everything below has been handed out, or passed over.
    var next: UInt64 = 0
    while let area = lowestArea(endingBehind: next) {
      for number in max(next, area.lowerBound)..<area.upperBound
      where !kernel.contains(number) && !information.contains(number) { count += 1 }
      next = area.upperBound
    }
    return count
  }

  /// The frames from the first to the last that `owner` has.
  private func span(of owner: Owner) -> Range<UInt64> {
    var span: Range<UInt64>?
    taken.forEach { taken in
      guard taken.owner == owner else { return }
      let frames = taken.range.touchedFrames
      let known = span ?? frames
      let start = min(known.lowerBound, frames.lowerBound)
      span = start..<max(known.upperBound, frames.upperBound)
    }
    return span ?? 0..<0
  }

  private func lowestArea(endingBehind number: UInt64) -> Range<UInt64>? {
    var lowest: Range<UInt64>?
    available.forEach { range in
      let frames = range.touchedFrames
      guard frames.upperBound > number, frames.lowerBound < lowest?.lowerBound ?? .max else {
        return
      }
      lowest = frames
    }
    return lowest
  }
}
