// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Hands out frames of the available areas of memory, lowest first, and takes them back.
///
/// A bit for each frame, set while it is free. What the inventory says is taken never gets a set bit,
/// so it cannot come out:
///
///     area         |··················|           |·····|      available, cut to whole frames
///     taken          |xx|         |xxxxxx|                     cut to every frame touched
///     bits         11000111111111100000            11111
///
/// A free frame itself is never looked at; it need not even be mapped.
struct FrameAllocator: ~Copyable {
  /// Frame n is bit n % 64 of word n / 64.
  private let words: UnsafeMutableBufferPointer<UInt64>
  /// No word before this one has a set bit.
  private var firstWord = 0
  /// How many frames are free.
  private(set) var freeCount: UInt64 = 0
  /// How many were free at the start.
  let totalCount: UInt64

  /// The bits as they were at the start, for `Checks`: which frames are this allocator's at all.
  private let managed: UnsafeMutableBufferPointer<UInt64>

  /// The number of words that notes on the frames of `inventory` need.
  static func wordCount(for inventory: MemoryInventory) -> UInt64 {
    let words = (inventory.frameCount + 63) / 64
    return Checks.areOn ? words * 2 : words
  }

  /// An allocator that has nothing.
  init() {
    words = UnsafeMutableBufferPointer(start: nil, count: 0)
    totalCount = 0
    managed = words
  }

  /// An allocator of the frames that are free in `inventory`, with its notes in `notes`, which has
  /// `wordCount(for:)` words.
  init(_ inventory: borrowing MemoryInventory, notes: UnsafeMutableBufferPointer<UInt64>) {
    notes.initialize(repeating: 0)
    let count = Checks.areOn ? notes.count / 2 : notes.count
    let words = UnsafeMutableBufferPointer(rebasing: notes[..<count])
    managed = UnsafeMutableBufferPointer(rebasing: notes[count...])
    inventory.available.forEach { Self.set($0.wholeFrames, true, in: words) }
    inventory.taken.forEach { Self.set($0.range.touchedFrames, false, in: words) }
    var free: UInt64 = 0
    for word in words { free += UInt64(word.nonzeroBitCount) }
    self.words = words
    freeCount = free
    totalCount = free
    for index in managed.indices { managed[index] = words[index] }
  }

  /// The lowest free frame, from now on the caller's; nil if there is none.
  mutating func allocate() -> Frame? {
    while firstWord < words.count {
      let word = words[firstWord]
      if word != 0 {
        words[firstWord] = word & (word - 1)
        freeCount -= 1
        let number = UInt64(firstWord * 64 + word.trailingZeroBitCount)
        if Checks.areOn && !Self.bit(number, in: managed) {
          panic("Frame \(number) came out and is not ours")
        }
        return Frame(owning: PhysAddr(number * Frame.size))
      }
      firstWord += 1
    }
    return nil
  }

  /// Takes `frame` back.
  mutating func deallocate(_ frame: consuming Frame) {
    let index = Int(frame.number / 64)
    if Checks.areOn {
      // A frame cannot be copied, but an address can: `Frame(owning:)` believes its caller.
      if !Self.bit(frame.number, in: managed) {
        panic("Frame \(frame.number) was given back and never handed out")
      }
      if isFree(frame.number) { panic("Frame \(frame.number) was given back twice") }
    }
    words[index] |= 1 << (frame.number % 64)
    firstWord = min(firstWord, index)
    freeCount += 1
  }

  /// Whether the frame with this number is free.
  func isFree(_ number: UInt64) -> Bool { Self.bit(number, in: words) }

  private static func bit(
    _ number: UInt64, in words: UnsafeMutableBufferPointer<UInt64>
  ) -> Bool {
    number / 64 < words.count && words[Int(number / 64)] >> (number % 64) & 1 != 0
  }

  /// Sets the bits of those `frames` that have one to `isFree`, a word at a time.
  private static func set(
    _ frames: Range<UInt64>, _ isFree: Bool, in words: UnsafeMutableBufferPointer<UInt64>
  ) {
    let frames = frames.clamped(to: 0..<UInt64(words.count) * 64)
    var next = frames.lowerBound
    while next < frames.upperBound {
      let (index, start) = (Int(next / 64), next % 64)
      let count = min(64 - start, frames.upperBound - next)
      let mask = (count == 64 ? UInt64.max : 1 << count - 1) << start
      words[index] = isFree ? words[index] | mask : words[index] & ~mask
      next += count
    }
  }
}
