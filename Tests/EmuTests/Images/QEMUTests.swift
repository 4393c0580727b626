// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing
import X86

@testable import Emu

/// The images show on QEMU, started there by GRUB from an ISO image, what they show on kemu.
@Suite(.serialized) struct QEMUTests {
  /// What a screen is made of: text memory, and the CRT controller's registers for the cursor.
  struct Shot {
    var cells: [UInt16]
    /// Registers 0x0A, 0x0B, 0x0E, 0x0F: shape and place.
    var cursor: [UInt8]
  }

  @Test(arguments: GoldenTests.images) func `an image shows on QEMU what it shows here`(
    _ name: String
  ) throws {
    let guest = try RunningMachine(image: name)
    #expect(guest.run() == .halted)
    let here = guest.machine.screen
    let there = try Self.shot(TestFiles.iso(name))

    let dump = ScreenDump(TextScreen(cells: here.cells, cursor: nil))
    let other = ScreenDump(TextScreen(cells: there.cells, cursor: nil))
    #expect(
      here.cells == there.cells, "- QEMU, + kemu\n\(dump.difference(from: other.text))")
    #expect(here.cursor?.lines == there.cursor(.first)...there.cursor(.last))
    let place = here.cursor.map { $0.row * TextScreen.columns + $0.column }
    #expect(place == there.cursorPlace)
  }

  /// Boots an ISO image and reads its screen when the processor has halted, or does not change; `typed`
  /// are options of scripts/qemu-screen, `machine` some of QEMU.
  static func shot(
    _ iso: String, commandLine: String = "", typed: [String] = [], machine: [String] = []
  ) throws -> Shot {
    let output = FileManager.default.temporaryDirectory
      .appendingPathComponent("kemu-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    let script = Process()
    script.executableURL = TestFiles.root.appendingPathComponent("scripts/qemu-screen")
    script.arguments = ["--timeout", "180", "--cursor"] + typed + [iso, output.path]
    script.arguments? += ["--"] + machine
    if commandLine != "" { script.arguments? += ["-smbios", "type=11,value=\(commandLine)"] }
    try script.run()
    script.waitUntilExit()
    try #require(script.terminationStatus == 0, "its messages are above")
    let bytes = [UInt8](try Data(contentsOf: output))
    try #require(bytes.count == 4004)
    let cells = (0..<2000).map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 }
    return Shot(cells: cells, cursor: Array(bytes.suffix(4)))
  }
}

extension QEMUTests.Shot {
  enum ScanLine { case first, last }

  /// The first or last scan line of the cursor.
  func cursor(_ line: ScanLine) -> Int { Int(cursor[line == .first ? 0 : 1] & 0x1F) }

  /// The cell the cursor is at, nil if it is off.
  var cursorPlace: Int? {
    cursor[0] & 0x20 == 0 ? Int(cursor[2]) << 8 | Int(cursor[3]) : nil
  }
}
