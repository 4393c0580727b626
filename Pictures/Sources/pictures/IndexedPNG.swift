// SPDX-License-Identifier: GPL-2.0-or-later
import CZlib

/// A picture as a PNG file with a palette, a third of what cairo writes: text on a terminal has few
/// colours.
///
/// PNG (Portable Network Graphics) Specification, Version 1.2: §3.2 "Chunk layout", §4.1 "Critical
/// chunks", §6.2 "Filter type 0: None".
struct IndexedPNG {
  /// More colours than a palette has room for, of which each channel has this many steps.
  enum Failure: Error {
    case tooManyColors(Int)
    case zlib
  }

  /// The file's bytes.
  let bytes: [UInt8]

  /// The picture with these pixels, 0xRRGGBB, row by row.
  init(width: Int, height: Int, pixels: [UInt32]) throws {
    var numbers: [UInt32: UInt8] = [:]
    var palette: [UInt8] = []
    var rows: [UInt8] = []
    rows.reserveCapacity((width + 1) * height)
    for row in 0..<height {
      rows.append(0)
      for pixel in pixels[row * width..<(row + 1) * width] {
        let color = Self.rounded(pixel)
        if let number = numbers[color] {
          rows.append(number)
          continue
        }
        guard numbers.count < 256 else { throw Failure.tooManyColors(numbers.count) }
        let number = UInt8(numbers.count)
        numbers[color] = number
        palette += [16, 8, 0].map { UInt8(truncatingIfNeeded: color >> $0) }
        rows.append(number)
      }
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // Eight bits a pixel, from a palette, deflated, not interlaced.
    file += Self.chunk("IHDR", Self.bytes(width) + Self.bytes(height) + [8, 3, 0, 0, 0])
    file += Self.chunk("PLTE", palette)
    file += Self.chunk("IDAT", try Self.deflated(rows))
    file += Self.chunk("IEND", [])
    bytes = file
  }

  /// The nearest of 18 steps in each channel: the edges of letters have more shades than one can see.
  private static func rounded(_ pixel: UInt32) -> UInt32 {
    var color: UInt32 = 0
    for shift: UInt32 in [16, 8, 0] {
      let step = ((pixel >> shift & 0xFF) + 7) / 15
      color |= min(step * 15, 255) << shift
    }
    return color
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    let check = crc32(0, body, UInt32(body.count))
    return bytes(data.count) + body + bytes(Int(check))
  }

  private static func bytes(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  private static func deflated(_ data: [UInt8]) throws -> [UInt8] {
    var count = compressBound(UInt(data.count))
    var result = [UInt8](repeating: 0, count: Int(count))
    guard compress2(&result, &count, data, UInt(data.count), 9) == Z_OK else { throw Failure.zlib }
    return Array(result.prefix(Int(count)))
  }
}
