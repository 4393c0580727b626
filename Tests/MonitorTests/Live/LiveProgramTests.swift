// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

@testable import Monitor

/// `kemu run` itself on a pseudo-terminal: every kind of end leaves the terminal as it was.
@Suite(.serialized) struct LiveProgramTests {
  /// What is left when the program has ended.
  struct Ending {
    var status: Int32
    var terminal: PseudoTerminal

    var exitCode: Int32? { status & 0x7F == 0 ? status >> 8 & 0xFF : nil }
    var signal: Int32 { status & 0x7F }
    var text: String { terminal.view.text.joined(separator: "\n") }
  }

  /// Runs kemu with a kernel of `code` while `person` acts; checks that the terminal is restored.
  func run(
    _ code: [UInt8], rows: Int = 26, columns: Int = 100, options: [String] = [],
    shell: String? = nil, person: (PseudoTerminal, pid_t) throws -> Void
  ) throws -> Ending {
    let kernel = try TinyKernel(code)
    defer { kernel.remove() }
    let terminal = try PseudoTerminal(rows: rows, columns: columns)
    let before = terminal.settings
    let arguments = ["run"] + options + [kernel.path]
    let process: pid_t
    if let shell {
      let command = try ([Program.path()] + arguments).joined(separator: " ")
      process = try terminal.spawn(
        "/bin/sh", ["-c", shell.replacing("KEMU", with: command)],
        environment: Program.environment)
    } else {
      process = try terminal.spawn(
        Program.path(), arguments, environment: Program.environment)
    }
    try person(terminal, process)
    let status = try #require(terminal.waitForEnd(of: process), "the program ends")
    #expect(terminal.settings == before)
    #expect(!terminal.view.isAlternate)
    #expect(terminal.view.isCursorVisible)
    #expect(terminal.view.privateModes == [7, 25])
    #expect(terminal.view.unknown.isEmpty)
    return Ending(status: status, terminal: terminal)
  }

  func waitForScreen(_ terminal: PseudoTerminal) {
    #expect(terminal.wait { $0.isAlternate && $0.text.contains { $0.contains("hi") } })
  }

  @Test func `a person quits`() throws {
    let ending = try run(TinyKernel.waiting) { terminal, _ in
      waitForScreen(terminal)
      #expect(terminal.wait { $0.text(row: 25).contains("waiting") })
      terminal.send("\u{1}x")
    }
    #expect(ending.exitCode == 0)
    #expect(ending.text.hasPrefix("hi\n"))
    #expect(ending.text.contains("kemu: quit with Ctrl-A x at 0x100032 after "))
  }

  @Test func `the NMI button strikes a guest without a handler`() throws {
    let ending = try run(TinyKernel.waiting) { terminal, _ in
      waitForScreen(terminal)
      #expect(terminal.wait { $0.text(row: 25).contains("waiting") })
      terminal.send("\u{1}n")
    }
    #expect(ending.exitCode == 120)
    #expect(ending.text.contains("triple fault: NMI Non-Maskable Interrupt (vector 2)"))
  }

  @Test func `another escape key quits`() throws {
    let ending = try run(TinyKernel.waiting, options: ["--escape", "Ctrl-B"]) { terminal, _ in
      waitForScreen(terminal)
      terminal.send("\u{1}x\u{2}x")
    }
    #expect(ending.exitCode == 0)
    #expect(ending.text.contains("quit with Ctrl-B x"))
  }

  @Test func `a guest that halts leaves its screen in colour and the reason`() throws {
    let ending = try run(TinyKernel.halting) { _, _ in }
    #expect(ending.exitCode == 0)
    #expect(ending.terminal.view[0, 0].scalar == "h")
    #expect(ending.terminal.view[0, 0].style == [38, 5, 231, 48, 5, 19])
    #expect(
      ending.text.contains(
        "kemu: the guest halted with interrupts off at 0x10002c after 3 instructions"))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
  func `a signal ends kemu as a signal does`(signal: Int32) throws {
    let ending = try run(TinyKernel.counting) { terminal, process in
      waitForScreen(terminal)
      kill(process, signal)
    }
    #expect(ending.signal == signal)
    #expect(ending.text.contains("kemu: ended by SIG"))
  }

  @Test(arguments: [SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE])
  func `a crash puts the terminal back and stays a crash`(signal: Int32) throws {
    let ending = try run(TinyKernel.counting) { terminal, process in
      waitForScreen(terminal)
      kill(process, signal)
    }
    #expect(ending.signal == signal)
    #expect(ending.text.contains("kemu: internal error: kemu itself crashed"))
  }

  @Test func `kemu is suspended and goes on`() throws {
    let ending = try run(
      TinyKernel.counting, shell: "set -m; KEMU; echo SHELL; sleep 1; fg >/dev/null"
    ) { terminal, _ in
      waitForScreen(terminal)
      terminal.send("\u{1}z")
      #expect(terminal.wait { !$0.isAlternate && $0.text.contains { $0.contains("SHELL") } })
      waitForScreen(terminal)
      terminal.send("\u{1}x")
    }
    #expect(ending.exitCode == 0)
  }

  @Test func `a new size is drawn anew`() throws {
    _ = try run(TinyKernel.waiting) { terminal, _ in
      waitForScreen(terminal)
      terminal.setSize(rows: 40, columns: 120)
      #expect(terminal.wait { $0.text(row: 39).contains("waiting") })
      #expect(terminal.wait { $0.text(row: 7).contains("│hi") })
      terminal.send("\u{1}x")
    }
  }

  @Test func `headless in a terminal prints plain text`() throws {
    let ending = try run(TinyKernel.halting, options: ["--headless"]) { _, _ in }
    #expect(ending.exitCode == 0)
    #expect(ending.terminal.view[0, 0] == VirtualTerminal.Cell(scalar: "h"))
    #expect(!String(decoding: ending.terminal.received, as: UTF8.self).contains("\u{1B}"))
  }

  @Test func `a reader that goes away ends a piped run without a word`() throws {
    // The fifo's reader is gone before kemu prints its screen: 141 is what a shell makes of SIGPIPE.
    let ending = try run(
      TinyKernel.counting, options: ["--idle", "0.2"],
      shell: "{ KEMU; echo status $? >&2; } | true"
    ) { _, _ in }
    #expect(ending.text.trimmingCharacters(in: .whitespacesAndNewlines) == "status 141")
  }

  @Test func `a serial port on the live screen is refused`() throws {
    let ending = try run(TinyKernel.halting, options: ["--serial", "stdio"]) { _, _ in }
    #expect(ending.exitCode == 64)
    #expect(ending.text.contains("kemu: --serial stdio would write over the live screen"))
  }
}
