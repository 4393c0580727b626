// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The global descriptor table while it is made: entry 0 is null, and each of the others is known by
/// the selector that it came with.
struct GlobalTable {
  /// Eight words of memory; they belong to the processor as well, and stay where they are.
  private let words: UnsafeMutablePointer<UInt64>
  /// How many entries are used.
  private(set) var count = 1

  /// How many there can be.
  static var capacity: Int { 8 }

  /// An empty table in `words`.
  init(_ words: UnsafeMutablePointer<UInt64>) {
    self.words = words
    words[0] = 0
  }

  /// Adds a code or data segment.
  mutating func append(_ descriptor: SegmentDescriptor) -> SegmentSelector {
    append(word: descriptor.rawValue)
  }

  /// Adds a system segment, which takes two entries.
  mutating func append(_ descriptor: SystemDescriptor) -> SegmentSelector {
    let selector = append(word: descriptor.low.rawValue)
    _ = append(word: descriptor.high)
    return selector
  }

  private mutating func append(word: UInt64) -> SegmentSelector {
    precondition(count < Self.capacity, "the global descriptor table is full")
    words[count] = word
    count += 1
    return SegmentSelector(index: count - 1)
  }

  /// The offset of the last byte, as LGDT wants it.
  var limit: UInt16 { UInt16(count * 8 - 1) }
}

extension SegmentDescriptor {
  /// The 64-bit code segment of the kernel, as in boot.S: accessed already, or the processor would
  /// write to it.
  static var kernelCode: SegmentDescriptor {
    SegmentDescriptor(
      base: 0, limit: 0, access: [.present, .codeOrData, .code, .accessed], flags: .long)
  }
}
