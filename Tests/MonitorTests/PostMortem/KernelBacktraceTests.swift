// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

/// The post-mortem's calls go through the handlers of the bundled kernel, by the call frame information of
/// its stubs, to the code that was interrupted.
@Suite struct KernelBacktraceTests {
  /// The calls that the post-mortem lists, by their functions, without what follows the name.
  private func calls(_ commandLine: String, keys: String = "") throws -> [Substring] {
    let run = try Run([
      "run", "--headless", "--serial", "none", "--append", commandLine, "--keys", keys,
      Kernels.image("kernel"),
    ])
    let lines = run.messages.split(separator: "\n")
    let start = try #require(lines.firstIndex(of: "  calls"), "\(run.messages)")
    let list = lines[(start + 1)...].prefix { $0.hasPrefix("     ") }
    return list.map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("0x") }
      .map { $0.split(separator: " ", omittingEmptySubsequences: true).dropFirst() }
      .map { $0.first ?? "" }
  }

  /// The handler of the double fault has a stack of its own, which no chain of frame pointers leaves
  /// for the interrupted one.
  @Test func `from the stack of the double fault back to the one that overflowed`() throws {
    let calls = try calls("demo=stack-overflow")
    #expect(calls.first?.hasPrefix("overflow_stack+") == true)
    #expect(calls.dropFirst().first?.hasPrefix("overflow_stack+") == true)
    #expect(calls.contains { $0.hasPrefix("kernel_main+") })
    #expect(calls.last?.hasPrefix("start64+") == true && calls.count < 8, "\(calls)")
  }
}
