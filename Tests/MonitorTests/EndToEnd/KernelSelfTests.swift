// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

/// Step 12 of docs/kernel.md: the tests that the kernel runs itself, on the bare machine.
@Suite struct KernelSelfTests {
  static func run(_ commandLine: String, _ options: [String] = []) throws -> Run {
    try Run(
      ["run", "--headless", "--append", commandLine] + options + [Kernels.image("kernel-tests")])
  }

  @Test func `every test that the kernel survives passes`() throws {
    let run = try Self.run("")
    let lines = run.text.split(separator: "\n").filter { $0.contains("...\t[") }
    #expect(run.exitCode == 33, "\(run.text)")
    #expect(lines.count >= 14 && lines.allSatisfy { $0.hasSuffix("[ok]") })
  }

  @Test(arguments: [
    "overrun", "free-twice", "frame-twice", "heap-full", "swift-trap", "write-to-text",
    "execute-heap", "stack-overflow", "nested",
  ])
  func `what should end the kernel ends it, with the words that were expected`(
    _ name: String
  ) throws {
    let run = try Self.run("case=\(name)")
    #expect(run.exitCode == 33, "\(run.text)")
    #expect(run.text.contains("the panic was expected...\t[ok]\n"))
  }

  @Test func `a test that there is not fails`() throws {
    let run = try Self.run("case=nonsense")
    #expect(run.exitCode == 35 && run.text.contains("there is no such test"))
  }

  @Test func `a test that does not end is ended`() throws {
    let run = try Self.run("case=hang", ["--max-instructions", "10_000_000"])
    #expect(run.exitCode == 124 && run.text.contains("going round in circles"))
  }
}
