// SPDX-License-Identifier: GPL-2.0-or-later

/// Reads little-endian integers one after another, and never past the end of its bytes.
///
/// Offsets count from the first byte whatever the collection's indices are, and any offset is
/// accepted: only reading there fails. The kernel reads memory with it, the loader reads files.
public struct ByteReader<Bytes: RandomAccessCollection>
where Bytes.Element == UInt8, Bytes.Index == Int {
  /// What is read.
  public let bytes: Bytes
  /// Where the next read begins, in bytes.
  public var offset: UInt64

  /// A reader of `bytes` that begins at `offset`.
  @inlinable public init(_ bytes: Bytes, at offset: UInt64 = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  /// The next integer of its type's width.
  @inlinable public mutating func read<Value: FixedWidthInteger & UnsignedInteger>(
    _ type: Value.Type = Value.self
  ) throws(OutOfBounds) -> Value {
    var value: Value = 0
    for byte in try take(UInt64(Value.bitWidth / 8)).reversed() {
      value = value << 8 | Value(truncatingIfNeeded: byte)
    }
    return value
  }

  /// The next `count` bytes.
  @inlinable public mutating func take(_ count: UInt64) throws(OutOfBounds) -> Bytes.SubSequence {
    let size = UInt64(bytes.count)
    guard count <= size, offset <= size - count else {
      throw OutOfBounds(offset: offset, count: count, size: size)
    }
    let start = bytes.startIndex + Int(offset)
    offset += count
    return bytes[start..<start + Int(count)]
  }
}

/// A read that would have gone past the end of the bytes.
public struct OutOfBounds: Error, Equatable, Sendable {
  /// Where the read began.
  public let offset: UInt64
  /// How many bytes it asked for.
  public let count: UInt64
  /// How many bytes there are.
  public let size: UInt64

  /// A read of `count` bytes at `offset` where there are only `size`.
  @inlinable public init(offset: UInt64, count: UInt64, size: UInt64) {
    self.offset = offset
    self.count = count
    self.size = size
  }
}

extension [UInt8] {
  /// Appends an integer, its lowest byte first.
  @inlinable public mutating func append<Value: FixedWidthInteger>(littleEndian value: Value) {
    for shift in stride(from: 0, to: Value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> Value(shift)))
    }
  }

  /// Appends zeros until the number of bytes is a multiple of `alignment`.
  public mutating func pad(to alignment: Int) {
    while count % alignment != 0 { append(0) }
  }
}
