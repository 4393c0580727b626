// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// A debug exception says which of its reasons it was, in the words of the trace and as flags of DR6. The guests are
/// cases of the conformance set.
@Suite struct DebugReasonTests {
  static let reasons: [(String, String, String, [String]?)] = [
    ("long-debug", "step", "a single step, as TF was 1", ["BS"]),
    ("long-debug", "break-code", "breakpoint 0: the instruction at", ["B0"]),
    ("long-debug", "break-write", "breakpoint 0: a write to the 4 bytes at", ["B0"]),
    ("long-debug", "break-access-eight-bytes", "breakpoint 0: an access to the 8 bytes", ["B0"]),
    ("long-debug", "break-general-detect", "an access to a debug register, while GD", ["BD"]),
    ("protected-debug", "break-port", "breakpoint 0: an access to 2 ports from 0x80", ["B0"]),
    ("long-vectors", "int1", "int1", nil),
    ("tasks", "trap-flag", "T is 1 in the TSS of the new task", ["BT"]),
  ]

  @Test(arguments: reasons) func `a debug exception says why it came`(
    _ guest: String, _ name: String, _ words: String, _ flags: [String]?
  ) throws {
    let path = TraceRun.root.appendingPathComponent("Tests/conformance/build/\(guest).elf").path
    let command = ["trace", path, "--append", name, "--trace", "faults"]
    #expect(try Run(command).text.contains("  cause    \(words)"))
    let lines = try Run(command + ["--format", "json"]).text.split(separator: "\n")
    let events = try lines.compactMap { line in
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    }
    let event = try #require(events.first { $0["vector"] as? Int == 1 })
    let steps = try #require(event["steps"] as? [[String: Any]])
    #expect(steps.first?["conditions"] as? [String] == flags)
  }
}
