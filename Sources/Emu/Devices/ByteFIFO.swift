// SPDX-License-Identifier: GPL-2.0-or-later

/// A queue of at most `capacity` bytes, as keyboards and serial ports have them.
///
/// Its storage is reserved at once, so that using it allocates nothing.
struct ByteFIFO: Equatable, Sendable {
  /// How many bytes fit in.
  let capacity: Int
  private var bytes: [UInt8] = []

  /// An empty queue for `capacity` bytes.
  init(capacity: Int) {
    self.capacity = capacity
    bytes.reserveCapacity(capacity)
  }

  var count: Int { bytes.count }
  var isEmpty: Bool { bytes.isEmpty }
  var room: Int { capacity - bytes.count }

  /// Appends `byte`; false, and nothing is changed, if the queue is full.
  @discardableResult mutating func append(_ byte: UInt8) -> Bool {
    guard room > 0 else { return false }
    bytes.append(byte)
    return true
  }

  /// Takes out the oldest byte; nil if the queue is empty.
  mutating func popFirst() -> UInt8? {
    bytes.isEmpty ? nil : bytes.removeFirst()
  }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}
