// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@Suite struct PseudoTerminalTests {
  @Test func `a program on a pseudo-terminal has it as its own`() throws {
    let terminal = try PseudoTerminal(rows: 10, columns: 40)
    let process = try terminal.spawn(
      "/bin/sh", ["-c", "stty size; printf '\\033[3;5Hhere' >/dev/tty; exit 7"],
      environment: ["PATH=/usr/bin:/bin", "TERM=xterm"])
    let status = try #require(terminal.waitForEnd(of: process))
    #expect(status >> 8 & 0xFF == 7)
    #expect(terminal.view.text(row: 0) == "10 40")
    #expect(terminal.view.text(row: 2) == "    here")
  }

  @Test func `the virtual terminal wraps and scrolls as terminals do`() {
    var terminal = VirtualTerminal(rows: 2, columns: 3)
    terminal.write("abcd\r\nef")
    #expect(terminal.text == ["d", "ef"])
    terminal.write("\u{1B}[?7l\u{1B}[1;3Hxyz")
    #expect(terminal.text == ["d z", "ef"])
    terminal.write("\u{1B}[?1049h")
    #expect(terminal.text == ["", ""])
    terminal.write("\u{1B}[?1049l\u{1B}]0;title")
    #expect(terminal.text[1] == "ef")
    #expect(!terminal.unknown.isEmpty)
  }
}
