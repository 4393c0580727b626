// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// The `kemu` that was built beside these tests.
enum Program {
  /// Its path: it lies in the directory that this test bundle was loaded from.
  static func path() throws -> String {
    let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    let bundle = maps.split(separator: "\n").lazy
      .compactMap { $0.split(separator: " ").last }
      .first { $0.hasSuffix("PackageTests.xctest") }
    let path = try #require(bundle).split(separator: "/").dropLast().joined(separator: "/")
    return "/\(path)/kemu"
  }

  static let environment = [
    "PATH=/usr/bin:/bin", "TERM=xterm-256color", "SWIFT_BACKTRACE=enable=no",
  ]
}

/// A multiboot1 kernel of a few instructions, loaded by its address fields.
struct TinyKernel {
  /// Writes `hi` to the screen, masks all interrupts at their controllers, and waits in HLT with
  /// interrupts on, for ever.
  static let waiting = show + [0xB0, 0xFF, 0xE6, 0x21, 0xE6, 0xA1, 0xFB, 0xF4, 0xEB, 0xFD]
  /// Writes `hi` and counts, for ever.
  static let counting = show + [0x40, 0xEB, 0xFD]
  /// Writes `hi` and halts with interrupts off.
  static let halting = show + [0xFA, 0xF4]

  /// mov dword [0xB8000], "hi" in white on blue.
  private static let show: [UInt8] = [0xC7, 0x05, 0, 0x80, 0x0B, 0, 0x68, 0x1F, 0x69, 0x1F]

  /// The file, removed again when this goes.
  let path: String

  /// Writes a kernel of these instructions to a file.
  init(_ code: [UInt8]) throws {
    let (base, flags, magic): (UInt32, UInt32, UInt32) = (0x10_0000, 0x1_0000, 0x1BAD_B002)
    let end = base + 32 + UInt32(code.count)
    let header = [magic, flags, 0 &- magic &- flags, base, base, end, end, base + 32]
    let bytes = header.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    }
    path = NSTemporaryDirectory() + "kemu-\(UUID().uuidString).bin"
    try Data(bytes + code).write(to: URL(fileURLWithPath: path))
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
