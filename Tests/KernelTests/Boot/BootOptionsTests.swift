// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Kernel

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

  @Test(
    arguments: [
      ("", .blocks), ("heap=list", .list), ("heap=bump heap=blocks", .blocks),
      ("heap=", .blocks), ("heap=bumpy", .blocks), ("xheap=list", .blocks),
    ] as [(String, ChosenAllocator.Kind)])
  func wordChoosesTheHeapsAllocator(line: String, expected: ChosenAllocator.Kind) {
    Array(line.utf8).withUnsafeBytes { #expect(BootOptions(commandLine: $0).heap == expected) }
  }

  @Test(
    arguments: [
      ("", 100), ("hz=50", 50), ("hz=19", 19), ("hz=18", 100), ("hz=10000", 10_000),
      ("hz=10001", 100), ("hz=", 100), ("hz=5x", 100), ("hz=-50", 100), ("hz=4294967396", 100),
      ("hz=42949672960", 100), ("hz=50 hz=60", 60), ("xhz=50", 100),
    ] as [(String, UInt32)])
  func wordChoosesTheTimersRate(line: String, expected: UInt32) {
    Array(line.utf8).withUnsafeBytes { #expect(BootOptions(commandLine: $0).hertz == expected) }
  }
}
