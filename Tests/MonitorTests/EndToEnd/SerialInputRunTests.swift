// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// `kemu run --serial stdio`: standard input arrives at COM1.
@Suite struct SerialInputRunTests {
  /// The kernel's shell, whose commands are `text`, with COM1 on standard output.
  private func shell(_ text: String, _ options: [String] = []) throws -> Run {
    let scratch = try Scratch()
    let input = try scratch.write(Array(text.utf8), as: "input")
    return try Run(
      ["run", "--headless", "--append", "shell serial"] + options + [Kernels.image("kernel")],
      input: .file(input))
  }

  @Test func `the shell does what comes in, and answers on standard output`() throws {
    let run = try shell("walk b8\u{7F}800\rfault breakpoint\nreboot\n", ["--serial", "stdio"])
    #expect(run.exitCode == 118, "\(run.messages)")
    for line in [
      "> walk b8\u{8}800", "0xb800 leads nowhere", "EXCEPTION: BREAKPOINT",
      "all registers are as they were: true", "> reboot",
    ] { #expect(run.text.contains("\n\(line)\n"), "\(line)") }
  }

  @Test func `the same input makes the same run, whatever tells of it`() throws {
    let options = ["--serial", "stdio", "--trace", "interrupts,io"]
    let text = "heap\nticks\nwalk 123456\nreboot\n"
    let (first, second) = (try shell(text, options), try shell(text, options))
    #expect(first.output == second.output && first.messages == second.messages)
    #expect(first.messages.contains("IRQ 4"))
  }

  @Test func `without --serial stdio standard input is not touched`() throws {
    let run = try shell("reboot\n", ["--until", "no such text"])
    #expect(run.exitCode == 122 && !run.text.contains("> reboot"))
  }

  /// Nothing to read, or nothing to read from: the run is the one without input.
  @Test(arguments: [Run.Input.null, .closed])
  func `an empty or a closed standard input changes nothing`(_ input: Run.Input) throws {
    let arguments = ["run", "--headless", "--append", "shell serial"]
    let image = try Kernels.image("kernel")
    let without = try Run(arguments + [image])
    let with = try Run(arguments + ["--serial", "stdio", image], input: input)
    #expect(with.output == without.output && with.messages == without.messages)
    #expect(with.exitCode == 0)
  }

  /// The guest waits in HLT, and would be idle in no time if nobody could type.
  @Test func `a person at a terminal is waited for`() throws {
    let terminal = try PseudoTerminal(rows: 30, columns: 100)
    let scratch = try Scratch()
    let kemu = try Spawn.start(
      Program.path(),
      [
        "run", "--headless", "--serial", "stdio", "--append", "shell serial", "--idle", "0.1",
        Kernels.image("kernel"),
      ], environment: Program.environment, isSessionLeader: true
    ) { actions in
      posix_spawn_file_actions_addopen(&actions, 0, terminal.path, O_RDWR, 0)
      posix_spawn_file_actions_addopen(
        &actions, 1, scratch.path("output"), O_WRONLY | O_CREAT, 0o600)
      posix_spawn_file_actions_addopen(
        &actions, 2, scratch.path("messages"), O_WRONLY | O_CREAT, 0o600)
    }
    usleep(500_000)
    var status: Int32 = 0
    #expect(waitpid(kemu, &status, WNOHANG) == 0, "it waits")
    terminal.send("reboot\n")
    let end = ContinuousClock.now + .seconds(20)
    while waitpid(kemu, &status, WNOHANG) == 0 {
      if ContinuousClock.now >= end { kill(kemu, SIGKILL) }
      usleep(10_000)
    }
    #expect(status >> 8 & 0xFF == 118)
    #expect(String(decoding: try scratch.read("output"), as: UTF8.self).contains("\n> reboot\n"))
  }

  /// A job in the background that reads its terminal would be stopped by SIGTTIN.
  @Test func `a terminal that belongs to another job is left alone`() throws {
    let terminal = try PseudoTerminal(rows: 30, columns: 100)
    let scratch = try Scratch()
    let kernel = try Kernels.image("kernel")
    let kemu = try Program.path()
    // With -m each job has a process group of its own; that of & is in the background.
    let script = """
      \(kemu) run --headless --serial stdio --append 'shell serial' --timeout 1 \
        \(kernel) >\(scratch.path("output")) 2>\(scratch.path("messages")) &
      wait $!
      echo $? >\(scratch.path("status"))
      """
    let shell = try Spawn.start(
      "/bin/bash", ["-mc", script], environment: Program.environment, isSessionLeader: true
    ) { actions in
      for descriptor: Int32 in 0...2 {
        posix_spawn_file_actions_addopen(&actions, descriptor, terminal.path, O_RDWR, 0)
      }
    }
    // For the shell, whose terminal it is.
    terminal.send("reboot\n")
    var status: Int32 = 0
    let end = ContinuousClock.now + .seconds(20)
    while waitpid(shell, &status, WNOHANG) == 0 {
      if ContinuousClock.now >= end { kill(-shell, SIGKILL) }
      usleep(10_000)
    }
    let left = String(decoding: try scratch.read("status"), as: UTF8.self)
    #expect(left == "124\n", "the time ended it: it was neither stopped, nor told to reboot")
  }
}
