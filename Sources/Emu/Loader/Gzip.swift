// SPDX-License-Identifier: GPL-2.0-or-later
import CZlib

/// Unpacks what gzip packed (RFC 1952), with zlib.
public enum Gzip {
  /// The most bytes a packed file may unpack to; a PC's kernel is far smaller, a bomb larger.
  public static let limit = 256 << 20

  /// Why a packed file cannot be unpacked.
  public enum Failure: Error, Equatable, Sendable {
    /// The stream is wrong at this offset of the packed file; zlib's word for it, if it has one.
    case broken(offset: UInt64, reason: String)
    /// The packed file ends before the stream does.
    case truncated
    /// There are more than `limit` bytes in it.
    case tooLarge
  }

  /// Whether `bytes` begin like a packed file: the two magic bytes, then method 8 (deflate).
  static func isPacked(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B, 0x08]) }

  /// The bytes that were packed; what follows the first stream is ignored, as GRUB does.
  static func unpack(_ packed: [UInt8], limit: Int = limit) throws(Failure) -> [UInt8] {
    // zlib keeps a pointer to the stream's state, so the state must not move.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    // 15: the largest window; 16 more: a gzip header and trailer, checked.
    let status = inflateInit2_(
      stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw .broken(offset: 0, reason: "zlib did not start (\(status))") }
    defer { inflateEnd(stream) }
    return try packed.withUnsafeBufferPointer { (input) throws(Failure) in
      // SAFETY: zlib only reads its input, though the field's type does not say so.
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.pointee.avail_in = UInt32(clamping: input.count)
      return try drain(stream, limit: limit)
    }
  }

  private static func drain(
    _ stream: UnsafeMutablePointer<z_stream>, limit: Int
  ) throws(Failure) -> [UInt8] {
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      let (status, count) = chunk.withUnsafeMutableBufferPointer { room in
        stream.pointee.next_out = room.baseAddress
        stream.pointee.avail_out = UInt32(room.count)
        let status = inflate(stream, Z_NO_FLUSH)
        return (status, room.count - Int(stream.pointee.avail_out))
      }
      guard count <= limit - output.count else { throw .tooLarge }
      output += chunk[..<count]
      switch status {
      case Z_STREAM_END: return output
      case Z_OK: continue
      case Z_BUF_ERROR: throw .truncated
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)"
        throw .broken(offset: UInt64(stream.pointee.total_in), reason: reason)
      }
    }
  }
}
