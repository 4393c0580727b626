// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

@testable import Monitor

/// Where a trace goes, and what comes with it.
@Suite struct TraceCommandTests {
  @Test func `kemu trace writes the trace on standard output and nothing else`() throws {
    let run = try TraceRun.of("b")
    #expect(run.exitCode == 33)
    #expect(run.text.hasPrefix("#BP Breakpoint at ") && run.text.hasSuffix(" (handler)\n"))
    #expect(run.messages.hasPrefix("kemu: the guest left with 0x10"))
    #expect(run.messages.split(separator: "\n").count == 1)
  }

  @Test func `it is the same in every run`() throws {
    for letter in ["i", "o"] {
      #expect(try TraceRun.of(letter).text == TraceRun.of(letter).text)
    }
  }

  @Test func `kemu run keeps standard output, and traces on standard error`() throws {
    let kernel = try Kernels.guest("delivery.elf")
    let plain = try Run(["run", "--headless", kernel, "--append", "t"])
    #expect(!plain.messages.contains("\n  cause"))
    let traced = try Run(["run", "--headless", kernel, "--append", "t", "--trace", "faults"])
    #expect(traced.output == plain.output && traced.status == plain.status)
    #expect(traced.exitCode == 120)
    #expect(traced.messages == (try TraceRun.of("t").text) + plain.messages)
  }

  @Test func `a file gets the trace, and standard output is the guest's again`() throws {
    let scratch = try Scratch()
    let file = scratch.path("trace")
    let kernel = try Kernels.image("kernel")
    let run = try Run(["trace", kernel, "--trace", "faults", "--trace-file", file])
    #expect(run.text.contains("Hello World!"))
    #expect(try scratch.read("trace") == [])
    _ = try TraceRun.of("b", ["--trace-file", file])
    #expect(
      String(decoding: try scratch.read("trace"), as: UTF8.self) == (try TraceRun.of("b").text))
  }

  @Test func `without a live screen the first exceptions are told by their headings`() throws {
    let kernel = try Kernels.guest("delivery.elf")
    let run = try Run(["run", "--headless", kernel, "--append", "f"])
    let headings = try TraceRun.of("f").text.split(separator: "\n").filter { $0.first == "#" }
    #expect(headings.count == 2)
    #expect(run.messages.hasPrefix(headings.joined(separator: "\n") + "\nkemu: the guest left"))
    #expect(run.messages.split(separator: "\n").count == 3)
    // What is no exception is not told, and what the post-mortem tells is not told twice.
    for (letter, options) in [("i", []), ("s", []), ("t", []), ("f", ["--trace", "none"])] {
      let run = try Run(["run", "--headless", kernel, "--append", letter] + options)
      #expect(run.messages.hasPrefix("kemu: "), "\(run.messages)")
    }
  }

  @Test func `of many exceptions there are sixteen, and how to see the rest`() throws {
    let kernel = try Kernels.guest("defects/fault-again.elf")
    let run = try Run(["run", "--headless", kernel, "--max-instructions", "3_000_000"])
    let lines = run.messages.split(separator: "\n")
    let headings = lines.prefix(16)
    #expect(headings.allSatisfy { $0.hasPrefix("#PF Page Fault at 0x1000b4 (reader), ") })
    #expect(Set(headings).count == 16)
    #expect(lines[16] == "kemu: \(FaultHeadings.lastWord)")
    #expect(lines[17].hasPrefix("kemu: the budget of 3_000_000 instructions ran out"))
  }

  @Test func `a file or a format without a list gets the trace of faults`() throws {
    let scratch = try Scratch()
    let file = scratch.path("trace")
    let kernel = try Kernels.guest("delivery.elf")
    let run = try Run(["run", "--headless", kernel, "--append", "b", "--trace-file", file])
    #expect(run.messages.hasPrefix("kemu: the guest left"))
    #expect(
      String(decoding: try scratch.read("trace"), as: UTF8.self)
        == (try TraceRun.of("b", ["--trace", "faults"]).text))
    let json = try Run(["run", "--headless", kernel, "--append", "b", "--format", "json"])
    #expect(json.messages.hasPrefix("{\"event\":\"delivery\""), "\(json.messages)")
  }

  @Test(
    arguments: [
      ("faults", "i", false), ("interrupts", "i", true), ("interrupts", "s", true),
      ("faults", "s", false), ("faults", "b", true), ("interrupts", "b", false),
      ("interrupts", "t", false), ("interrupts,faults", "t", true), ("all", "k", true),
      ("none", "t", false), ("control", "b", true), ("io", "b", true),
    ])
  func `a list chooses`(_ list: String, _ letter: String, isTold: Bool) throws {
    #expect(try TraceRun.of(letter, ["--trace", list]).text.isEmpty == !isTold)
  }

  @Test(
    arguments: [
      (
        ["--trace", "sound"],
        "\"sound\" is not traced; faults, interrupts, paging, control, io"
      ),
      (["--trace", "faults,"], "\"\" is not traced"),
      (["--format", "xml"], "\"xml\" is not a format; text and json are"),
      (["--trace-file", "/nowhere/file"], "/nowhere/file cannot be written"),
      (["--serial", "stdio"], "--serial stdio would write into the trace"),
      (["--debugcon", "stdio"], "--debugcon stdio would write into the trace"),
    ])
  func `what cannot be is refused`(_ options: [String], _ message: String) throws {
    let run = try TraceRun.of("b", options)
    #expect(run.exitCode == 64)
    #expect(run.messages.contains(message), "\(run.messages)")
    #expect(run.text.isEmpty)
  }

  @Test func `colours add to the words and change none`() throws {
    let plain = try TraceRun.of("t").text
    let colored = try TraceRun.of("t", environment: ["FORCE_COLOR=1"]).text
    #expect(!plain.contains("\u{1B}") && colored.contains("\u{1B}[31m"))
    let stripped = colored.replacingOccurrences(
      of: "\u{1B}\\[[0-9;]*m", with: "", options: .regularExpression)
    #expect(stripped == plain)
    let refused = try TraceRun.of("t", environment: ["FORCE_COLOR=1", "NO_COLOR=1"]).text
    #expect(refused == plain)
  }

  @Test func `a kernel without symbols has a trace without names`() throws {
    let run = try Run([0xCC], ["--headless", "--trace", "faults"])
    #expect(run.messages.hasPrefix("#BP Breakpoint at 0x100020, 32-bit, ring 0, instruction 1\n"))
    #expect(run.messages.contains("\n  look first\n           lidt"))
  }
}
