// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing
import X86

@testable import Emu

/// Each image shows what it showed when somebody looked, in every cell.
@Suite struct GoldenTests {
  static let images = ["minimal", "long-mode", "kernel"]

  @Test(arguments: images) func `an image halts with its golden screen`(_ name: String) throws {
    let guest = try RunningMachine(image: name)
    #expect(guest.run() == .halted)
    #expect(guest.events == [.stopped(.halted)])
    try Golden(name).expect(guest.machine.screen)
  }

  /// The cells by which docs/kernel.md describes the images: a golden recorded too soon would say
  /// nothing.
  @Test(
    arguments: [
      ("minimal", 0, 0, "OK", 0x2F), ("long-mode", 0, 0, "OKAY", 0x2F),
      ("kernel", 12, 34, "Hello World!", 0x1F),
    ] as [(String, Int, Int, String, UInt16)])
  func `an image shows its text`(
    _ name: String, row: Int, column: Int, text: String, attribute: UInt16
  ) throws {
    let guest = try RunningMachine(image: name)
    #expect(guest.run() == .halted)
    let cells = text.utf8.indices.enumerated().map {
      guest.machine.screen[row: row, column: column + $0.offset]
    }
    #expect(cells == text.utf8.map { attribute << 8 | UInt16($0) })
  }
}

/// A golden can fail.
@Suite struct GoldenRuleTests {
  let screen = TextScreen(
    cells: [UInt16](repeating: TextScreen.blankCell, count: 2000),
    cursor: .init(row: 3, column: 4, lines: 13...14))

  @Test func `a missing golden is missed, a recorded one is not passed, and then holds`() throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("kemu-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let golden = Golden("some", in: directory)
    #expect(try golden.verdict(on: screen, recording: false) == .missing)
    #expect(try golden.verdict(on: screen, recording: true) == .recorded)
    #expect(try golden.verdict(on: screen, recording: false) == .same)
    var other = screen
    other.cells[81] = 0x0741
    guard case .differs(let lines) = try golden.verdict(on: other, recording: false) else {
      Issue.record("not noticed")
      return
    }
    #expect(lines.hasPrefix("- 01 |  ") && lines.contains("\n+ 01 | A  "))
  }

  @Test func `a dump shows every change of a cell`() {
    let glyphs = (0...255).map { ScreenDump.scalar(TextCell(bits: $0)) }
    #expect(Set(glyphs).count == 256)
    #expect(!glyphs.contains("\n") && !glyphs.contains("\r"))
    let dump = ScreenDump(screen)
    for place in [0, 79, 80, 1999] {
      for bit in 0..<16 {
        var other = screen
        other.cells[place] ^= 1 << bit
        #expect(ScreenDump(other) != dump)
      }
    }
  }

  @Test func `a dump shows the cursor and what bit 7 does`() {
    let dump = ScreenDump(screen)
    for change: (inout TextScreen) -> Void in [
      { $0.cursor = nil }, { $0.cursor?.row = 4 }, { $0.cursor?.column = 5 },
      { $0.cursor?.lines = 0...14 }, { $0.attributeBit7 = .brightBackground },
    ] {
      var other = screen
      change(&other)
      #expect(ScreenDump(other) != dump)
    }
  }
}
