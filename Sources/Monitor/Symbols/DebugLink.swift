// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// Where a stripped file's debug information is: the section .gnu_debuglink, as GDB documents it ("Debugging
/// Information in Separate Files") and `objcopy --add-gnu-debuglink` writes it.
///
///     name, ending in a zero byte | zero bytes up to a multiple of 4 | CRC-32 of that file
struct DebugLink: Equatable {
  /// The file's name, without a directory.
  let name: String
  /// The CRC-32 of its bytes.
  let checksum: UInt32

  /// The link in `elf`, if it has one that is in order.
  init?(_ elf: ELFFile) {
    guard let section = elf.sections.first(where: { elf.name(of: $0) == ".gnu_debuglink" }),
      let contents = elf.contents(of: section), let end = contents.firstIndex(of: 0)
    else { return nil }
    name = String(decoding: contents[..<end], as: UTF8.self)
    let length = end - contents.startIndex
    let place = contents.startIndex + (length + 4) & ~3
    guard !name.isEmpty, !name.contains("/"), place + 4 <= contents.endIndex else { return nil }
    checksum = (0..<4).reduce(0) { $0 | UInt32(contents[place + $1]) << (UInt32($1) * 8) }
  }

  /// Whether the link is to a file of these bytes.
  func isTo(_ bytes: [UInt8]) -> Bool { Self.crc32(bytes) == checksum }

  /// The CRC-32 of IEEE 802.3, bits reversed.
  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    let table = (UInt32(0)..<256).map { byte in
      (0..<8).reduce(byte) { value, _ in value >> 1 ^ (value & 1 == 0 ? 0 : 0xedb8_8320) }
    }
    return ~bytes.reduce(~0) { table[Int(truncatingIfNeeded: ($0 ^ UInt32($1)) & 0xff)] ^ $0 >> 8 }
  }
}
