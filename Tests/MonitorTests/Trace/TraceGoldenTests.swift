// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// The trace of each kind of event is the one that somebody has read: Tests/Goldens/trace-NAME.txt.
///
/// `KEMU_RECORD=1 make test FILTER=TraceGolden` writes them anew, and fails.
@Suite struct TraceGoldenTests {
  private static let isRecording = ProcessInfo.processInfo.environment["KEMU_RECORD"] == "1"

  @Test(arguments: TraceRun.cases) func `a trace is the golden one`(
    _ letter: String, _ name: String
  ) throws {
    try compare(TraceRun.of(letter).text, name)
  }

  @Test(arguments: TraceRun.categories) func `a trace of a category is the golden one`(
    _ letter: String, _ list: String, _ name: String
  ) throws {
    let text = try TraceRun.of(letter, ["--trace", list]).text
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    try compare(text, name)
  }

  /// A switch and the way back; one whose task cannot be loaded, with paging; to virtual-8086 mode.
  @Test(arguments: ["call-returns", "own-data-beyond-gdt", "page-tables", "jump-to-v86"])
  func `the trace of a task switch is the golden one`(_ name: String) throws {
    let guest = TraceRun.root.appendingPathComponent("Tests/conformance/build/tasks.elf").path
    let run = try Run(["trace", guest, "--append", name, "--trace", "faults,interrupts"])
    try compare(run.text, "task-\(name)")
  }

  @Test(arguments: TraceRun.guests) func `a trace of another guest is the golden one`(
    _ guest: String, _ list: String, _ name: String
  ) throws {
    let run = try Run(["trace", try Kernels.guest("\(guest).elf"), "--trace", list])
    #expect(run.exitCode == 33)
    for line in run.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    try compare(run.text, name)
  }

  private func compare(_ text: String, _ name: String) throws {
    let file = TraceRun.root.appendingPathComponent("Tests/Goldens/trace-\(name).txt")
    if Self.isRecording {
      try Data(text.utf8).write(to: file)
      Issue.record("\(file.path) was written; look at it, and test again without KEMU_RECORD")
    }
    let golden = try? String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "if it should be: KEMU_RECORD=1 make test FILTER=TraceGolden")
  }

  @Test(arguments: TraceRun.cases) func `every line fits into 80 columns`(
    _ letter: String, _ name: String
  ) throws {
    for line in try TraceRun.of(letter).text.split(separator: "\n") {
      #expect(line.count <= 80, "\(line)")
    }
  }

  @Test func `the steps come in the order of the manual`() throws {
    let words = try TraceRun.of("p").text.split(separator: "\n").dropFirst()
      .compactMap { $0.dropFirst(2).split(separator: " ", omittingEmptySubsequences: false).first }
      .filter { !$0.isEmpty }
    #expect(
      words == ["cause", "walk", "error", "gate", "segment", "stack", "push", "flags", "enter"])
  }
}
