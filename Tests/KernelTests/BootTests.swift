// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Kernel

@Suite struct BootInformationTests {
  /// A list of `tags`, each type and content, as a loader would write it.
  static func list(_ tags: [(type: UInt32, content: [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = []
    for tag in tags + [(0, [])] {
      bytes += words(tag.type, UInt32(8 + tag.content.count)) + tag.content
      bytes += Array(repeating: 0xAA, count: -bytes.count & 7)
    }
    return words(UInt32(8 + bytes.count), 0) + bytes
  }

  static func words(_ words: UInt32...) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
  }

  static func commandLine(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { String(decoding: BootInformation($0).commandLine, as: UTF8.self) }
  }

  @Test(
    arguments: [
      ([(1, "demo=font\0")], "demo=font"),
      ([(2, "GRUB\0"), (1, "a b\0"), (1, "second\0")], "a b"),
      ([(21, "1234"), (14, "1"), (1, "after odd sizes\0")], "after odd sizes"),
      ([(1, "no zero")], "no zero"), ([(1, "\0rest")], ""), ([(1, "")], ""), ([(2, "GRUB\0")], ""),
      ([], ""), ([(0, ""), (1, "after the end\0")], ""),
    ] as [([(UInt32, String)], String)])
  func commandLineIsTheFirstTagOfItsType(tags: [(UInt32, String)], expected: String) {
    let bytes = Self.list(tags.map { ($0.0, Array($0.1.utf8)) })
    #expect(Self.commandLine(bytes) == expected)
    let atAddress = bytes.withUnsafeBytes { bytes in
      bytes.baseAddress.map {
        String(decoding: BootInformation(at: $0).commandLine, as: UTF8.self)
      }
    }
    #expect(atAddress == expected)
  }

  @Test(arguments: [
    words(), words(0), words(8, 0), words(0, 0), words(0xFFFF_FFFF, 0),
    words(16, 0, 1, 0), words(16, 0, 1, 7), words(16, 0, 1, 9), words(16, 0, 1, 0xFFFF_FFFF),
    words(24, 0, 2, 0xFFFF_FFF9, 1, 8), words(12, 0, 1), words(100, 0, 2, 12, 0, 0, 1),
  ])
  func listThatDoesNotAddUpHasNoCommandLine(bytes: [UInt8]) {
    #expect(Self.commandLine(bytes) == "")
  }

  @Test func listIsReadNoFurtherThanItsLength() {
    var bytes = Self.list([(1, Array("cut short\0".utf8))])
    bytes.replaceSubrange(0..<4, with: Self.words(8 + 8 + 3))
    #expect(Self.commandLine(bytes) == "")
  }
}

@Suite struct BootOptionsTests {
  @Test(arguments: [
    ("", "none", false), ("demo=font", "font", false), ("demo=printing serial", "printing", true),
    ("  serial   demo=font  ", "font", true), ("demo=font demo=printing", "printing", false),
    ("demo=", "unknown:", false), ("demo=fonts", "unknown:fonts", false),
    ("demo=fon", "unknown:fon", false), ("DEMO=font serials xserial demo", "none", false),
    ("/boot/kernel.elf quiet serial", "none", true),
  ])
  func wordsSelectTheDemoAndTheSerialPort(line: String, demo: String, serial: Bool) {
    Array(line.utf8).withUnsafeBytes { bytes in
      let options = BootOptions(commandLine: bytes)
      #expect(options.serial == serial)
      switch options.demo {
      case .none: #expect(demo == "none")
      case .some(let found): #expect(demo == "\(found.name)")
      case .unknown(let name):
        #expect(demo == "unknown:" + String(decoding: name, as: UTF8.self))
      }
    }
  }
}
