// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// Real kernels live on a pseudo-terminal, as a person sees them.
@Suite(.serialized) struct LiveImageTests {
  /// Runs kemu while `person` acts; checks that it ends and leaves the terminal as it was.
  func run(
    _ arguments: [String], rows: Int, columns: Int, environment: [String] = [],
    person: (PseudoTerminal) throws -> Void = { _ in }
  ) throws -> (exitCode: Int32, terminal: PseudoTerminal) {
    let terminal = try PseudoTerminal(rows: rows, columns: columns)
    let before = terminal.settings
    let process = try terminal.spawn(
      Program.path(), ["run"] + arguments, environment: Program.environment + environment)
    try person(terminal)
    let status = try #require(terminal.waitForEnd(of: process, seconds: 60), "the program ends")
    #expect(status & 0x7F == 0)
    #expect(terminal.settings == before)
    #expect(!terminal.view.isAlternate && terminal.view.isCursorVisible)
    #expect(terminal.view.privateModes == [7, 25])
    #expect(terminal.view.unknown.isEmpty)
    return (status >> 8 & 0xFF, terminal)
  }

  @Test(arguments: [(24, 80), (30, 100)])
  func `the kernel's last screen stays, in colour, with the reason below`(
    rows: Int, columns: Int
  ) throws {
    let end = try run([Kernels.image("kernel")], rows: rows, columns: columns)
    #expect(end.exitCode == 0)
    #expect(String(decoding: end.terminal.received, as: UTF8.self).contains("\u{1B}[?1049h"))
    let view = end.terminal.view
    let row = try #require(view.text.firstIndex { $0.contains("║   Hello World!   ║") })
    // White on blue, of the 256 colours.
    #expect(view[row, 34].scalar == "H")
    #expect(view[row, 34].style == [38, 5, 231, 48, 5, 19])
    let text = view.text.joined(separator: "\n")
    #expect(text.contains("It did not crash!"))
    #expect(text.contains("kemu: the guest halted with interrupts off at 0x10"), "\(text)")
    #expect(text.contains("(start64+0x"))
  }

  @Test func `NO_COLOR leaves the characters`() throws {
    let end = try run(
      [Kernels.image("kernel")], rows: 30, columns: 100, environment: ["NO_COLOR=1"])
    #expect(end.exitCode == 0)
    let view = end.terminal.view
    let row = try #require(view.text.firstIndex { $0.contains("║   Hello World!   ║") })
    // Bold and reverse are no colours.
    #expect((0..<80).allSatisfy { view[row, $0].style.allSatisfy { $0 < 30 } })
    let colors = #/\u{1B}\[[0-9;]*[34]8;/#
    #expect(String(decoding: end.terminal.received, as: UTF8.self).firstMatch(of: colors) == nil)
  }

  @Test func `a game is played and quit on a terminal that changes its size`() throws {
    var status = ""
    let end = try run([Kernels.invaders()], rows: 26, columns: 80) { terminal in
      #expect(terminal.wait { $0.text.joined().contains("-*-") && ship(in: $0) != nil })
      let start = try #require(ship(in: terminal.view))
      #expect(
        pressing("\u{1B}[D", on: terminal) { ship(in: $0).map { $0 < start } ?? false },
        "left arrow")
      #expect(pressing(" ", on: terminal) { $0.text.joined().contains("|") }, "a shot")
      status = terminal.view.text(row: 25)
      terminal.setSize(rows: 32, columns: 110)
      #expect(terminal.wait { $0.text(row: 31).contains("MIPS") && ship(in: $0) != nil })
      terminal.send("\u{1}h")
      #expect(terminal.wait { $0.text.contains { $0.contains("quit kemu") } })
      terminal.send("\u{1}x")
    }
    #expect(end.exitCode == 0)
    #expect(status.contains("32-bit") && status.contains("MIPS"), "\(status)")
    let text = end.terminal.view.text.joined(separator: "\n")
    #expect(text.contains("-*-"))
    #expect(text.contains("kemu: quit with Ctrl-A x at 0x10"))
  }

  /// Types `key` now and then until `condition` holds, as a person would.
  private func pressing(
    _ key: String, on terminal: PseudoTerminal, until condition: (VirtualTerminal) -> Bool
  ) -> Bool {
    for _ in 0..<100 {
      terminal.send(key)
      if terminal.wait(seconds: 0.15, until: condition) { return true }
    }
    return false
  }

  /// The column of the ship, `_` over `/ \`.
  private func ship(in view: VirtualTerminal) -> Int? {
    for row in 1..<view.rows {
      for column in 1..<view.columns - 1
      where view[row, column - 1].scalar == "/" && view[row, column + 1].scalar == "\\"
        && view[row - 1, column].scalar == "_"
      {
        return column
      }
    }
    return nil
  }
}
