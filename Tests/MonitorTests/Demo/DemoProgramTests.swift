// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

@testable import Monitor

/// `kemu demo` itself, on a pseudo-terminal and without.
@Suite(.serialized) struct DemoProgramTests {
  /// Plays a demo while `person` acts; checks that the terminal is restored. Returns what waitpid says.
  func play(
    _ name: String, rows: Int = 24, columns: Int = 80, options: [String] = [],
    person: (PseudoTerminal, pid_t) throws -> Void
  ) throws -> (status: Int32, terminal: PseudoTerminal) {
    let terminal = try PseudoTerminal(rows: rows, columns: columns)
    let before = terminal.settings
    let process = try terminal.spawn(
      Program.path(), ["demo", name] + options,
      environment: Program.environment + ["KEMU_IMAGES=\(DemoRun.images)"])
    try person(terminal, process)
    let status = try #require(terminal.waitForEnd(of: process), "the program ends")
    #expect(terminal.settings == before)
    #expect(!terminal.view.isAlternate && terminal.view.isCursorVisible)
    #expect(terminal.view.privateModes == [7, 25])
    #expect(terminal.view.unknown.isEmpty)
    return (status, terminal)
  }

  func shows(_ text: String) -> (VirtualTerminal) -> Bool {
    { $0.isAlternate && $0.text.contains { $0.contains(text) } }
  }

  @Test func `a person steps, and quits`() throws {
    let ending = try play("breakpoint") { terminal, _ in
      #expect(terminal.wait(until: shows("► breakpoint: INT3")))
      terminal.send("\r")
      #expect(terminal.wait(until: shows("► #BP Breakpoint at")))
      terminal.send(" \u{1B}[B")
      #expect(terminal.wait(until: shows("►   gate")))
      terminal.send("\u{7F}")
      #expect(terminal.wait(until: shows("►   cause")))
      terminal.send("q")
    }
    #expect(ending.status == 0)
  }

  @Test func `a runs on to the end, and Ctrl-A x quits as well`() throws {
    let ending = try play("timer") { terminal, _ in
      #expect(terminal.wait(until: shows("► timer:")))
      terminal.send("a")
      #expect(terminal.wait(until: shows("► the end, as expected")))
      #expect(shows("....................")(terminal.view))
      terminal.send("\u{1}x")
    }
    #expect(ending.status == 0)
  }

  @Test func `a new size is drawn anew, at the same step`() throws {
    _ = try play("guard-page") { terminal, _ in
      #expect(terminal.wait(until: shows("► guard-page")))
      terminal.send("n")
      #expect(terminal.wait(until: shows("►   enter")))
      terminal.setSize(rows: 40, columns: 160)
      #expect(terminal.wait { $0.text.contains { $0.contains("│►   enter") } })
      terminal.send("q")
    }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `a signal in the middle of a step ends kemu as a signal does`(signal: Int32) throws {
    let ending = try play("breakpoint") { terminal, process in
      #expect(terminal.wait(until: shows("► breakpoint")))
      terminal.send("\r\r")
      #expect(terminal.wait(until: shows("►   cause")))
      kill(process, signal)
    }
    #expect(ending.status & 0x7F == signal)
  }

  @Test func `--all prints it in a terminal, too`() throws {
    let ending = try play("system-call", rows: 60, options: ["--all"]) { _, _ in }
    #expect(ending.status == 0)
    #expect(ending.terminal.view.text.contains { $0.hasPrefix("INT 0x80 at 0x") })
  }

  @Test func `without a terminal there are colours only if they are asked for`() throws {
    let plain = try DemoRun.run(["page-fault"])
    #expect(!plain.output.contains(0x1B))
    let colored = try DemoRun.run(["page-fault"], environment: ["FORCE_COLOR=1"])
    #expect(colored.text.contains("\u{1B}[31m#PF Page Fault at"))
    #expect(colored.text.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain.text)
    let none = try DemoRun.run(["page-fault"], environment: ["FORCE_COLOR=1", "NO_COLOR=1"])
    #expect(none.output == plain.output)
  }

  @Test func `images that are not there are named`() throws {
    let run = try Run(["demo", "timer"], environment: ["KEMU_IMAGES=/nowhere"])
    // The checkout's images are found beside the program, unless they were never built.
    let reason = "kernel.elf, which comes with kemu, is neither"
    #expect(run.exitCode == 0 || run.exitCode == 66 && run.messages.contains(reason))
  }
}
