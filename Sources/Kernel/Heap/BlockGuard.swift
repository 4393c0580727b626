// SPDX-License-Identifier: GPL-2.0-or-later

/// Marks around a block by which misuse of it is noticed when it is given back; for `Checks`.
///
///     | … | size, front | mark |  the caller's bytes  | 8 bytes of 0xFD, not aligned |
///     ^block, `front` bytes     ^what the caller gets
///
/// The first word of a block that is given back may become an allocator's link; the mark is the second
/// one at the least, and says for a while yet that the block is free.
enum BlockGuard {
  /// What is wrong with a block that is given back.
  enum Fault: Error, Equatable {
    case freedTwice
    /// Nobody allocated it, or what lies in front of it was overwritten.
    case notABlock
    /// Bytes behind its end were written to.
    case overrun
  }

  private static var live: UInt64 { 0xA110_CA7E_D0B1_0C4B }
  private static var freed: UInt64 { 0xDEAD_F4EE_DB10_C4FF }
  private static var tail: UInt8 { 0xFD }
  private static var tailSize: Int { 8 }

  /// Bytes in front of the caller's, a multiple of `alignment`.
  private static func front(_ alignment: Int) -> Int { max(alignment, blockUnit) }

  /// What to ask an allocator for to have room for `size` bytes and the marks; nil if that is too much.
  static func size(for size: Int, alignment: Int) -> Int? {
    let (sum, overflow) = size.addingReportingOverflow(front(alignment) + tailSize)
    return overflow ? nil : sum
  }

  /// Puts the marks into `block`, and returns what the caller gets.
  static func mark(
    _ block: UnsafeMutableRawPointer, size: Int, alignment: Int
  ) -> UnsafeMutableRawPointer {
    let bytes = block + front(alignment)
    (bytes - 8).storeBytes(of: live, as: UInt64.self)
    (bytes - 16).storeBytes(
      of: UInt64(size) << 8 | UInt64(front(alignment).trailingZeroBitCount), as: UInt64.self)
    for offset in size..<size + tailSize {
      bytes.storeBytes(of: tail, toByteOffset: offset, as: UInt8.self)
    }
    return bytes
  }

  /// Looks at the marks around `bytes`, marks them as given back, and returns the block that they are
  /// in.
  static func check(
    _ bytes: UnsafeMutableRawPointer
  ) throws(Fault) -> UnsafeMutableRawPointer {
    let mark = (bytes - 8).load(as: UInt64.self)
    guard mark != freed else { throw .freedTwice }
    guard mark == live else { throw .notABlock }
    let note = (bytes - 16).load(as: UInt64.self)
    let (size, front) = (Int(note >> 8), 1 << Int(note & 0xFF))
    for offset in size..<size + tailSize {
      guard bytes.load(fromByteOffset: offset, as: UInt8.self) == tail else { throw .overrun }
    }
    (bytes - 8).storeBytes(of: freed, as: UInt64.self)
    return bytes - front
  }
}

extension Text {
  /// What is wrong with a block.
  mutating func appendInterpolation(_ fault: BlockGuard.Fault) {
    switch fault {
    case .freedTwice: appendLiteral("was given back twice")
    case .notABlock: appendLiteral("is no block, or the bytes before it were overwritten")
    case .overrun: appendLiteral("was written to behind its end")
    }
  }
}
