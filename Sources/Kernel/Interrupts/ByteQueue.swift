// SPDX-License-Identifier: GPL-2.0-or-later

/// Bytes in the order in which they came, up to a number of them; what finds no room is dropped.
struct ByteQueue {
  private var bytes = InlineArray<128, UInt8>(repeating: 0)
  private var first = 0
  private(set) var count = 0

  /// Appends `byte`, and says whether there was room.
  @discardableResult
  mutating func append(_ byte: UInt8) -> Bool {
    guard count < bytes.count else { return false }
    bytes[(first + count) % bytes.count] = byte
    count += 1
    return true
  }

  /// Takes the oldest byte out; nil if there is none.
  mutating func removeFirst() -> UInt8? {
    guard count > 0 else { return nil }
    let byte = bytes[first]
    first = (first + 1) % bytes.count
    count -= 1
    return byte
  }
}
