// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

/// Step 12 of docs/kernel.md: the tests that the kernel runs itself, on the bare machine.
@Suite struct KernelSelfTests {
  static func run(_ commandLine: String, _ options: [String] = []) throws -> Run {
    try Run(
      ["run", "--headless", "--append", commandLine] + options + [Kernels.image("kernel-tests")])
  }

  @Test(arguments: ["", "heap=list", "heap=blocks"])
  func `every test that the kernel survives passes`(_ commandLine: String) throws {
    let run = try Self.run(commandLine)
    let lines = run.text.split(separator: "\n").filter { $0.contains("...\t[") }
    #expect(run.exitCode == 33, "\(run.text)")
    #expect(lines.count >= 16 && lines.allSatisfy { $0.hasSuffix("[ok]") })
  }

  @Test func `every test passes with memory beyond 4 GiB, that of such a frame, too`() throws {
    let run = try Self.run("", ["--memory", "5G"])
    #expect(run.exitCode == 33, "\(run.text)")
    #expect(run.text.contains("a frame beyond 4 GiB is memory of its own...\t[ok]\n"))
  }

  @Test func `a test that does not hold fails the run`() throws {
    // This allocator takes nothing back.
    let run = try Self.run("heap=bump")
    #expect(run.exitCode == 35, "\(run.text)")
  }

  /// The tests that have an image of their own, by name; images.mk has the names from the tests.
  static let images = Kernels.names(in: "tests")

  @Test func `every test that the kernel does not survive has an image`() {
    let known = [
      "overrun", "free-twice", "frame-twice", "heap-full", "swift-trap", "write-to-text",
      "execute-heap", "stack-overflow", "nested", "lock-twice", "frames-open-twice",
      "heap-open-twice", "tables-twice", "descriptors-twice", "hang",
    ]
    #expect(Set(known).subtracting(Self.images).isEmpty, "`make images` makes them")
  }

  @Test(arguments: images.filter { $0 != "hang" })
  func `what should end the kernel ends it, with the words that were expected`(
    _ name: String
  ) throws {
    let run = try Run(["run", "--headless", Kernels.image("tests/\(name)")])
    #expect(run.exitCode == 33, "\(run.text)")
    #expect(run.text.contains("the panic was expected...\t[ok]\n"))
  }

  @Test func `the image with all tests runs one of those, too, if asked`() throws {
    let run = try Self.run("case=overrun")
    #expect(run.exitCode == 33 && run.text.contains("the panic was expected...\t[ok]\n"))
  }

  @Test func `a test that there is not fails`() throws {
    let run = try Self.run("case=nonsense")
    #expect(run.exitCode == 35 && run.text.contains("there is no such test"))
  }

  @Test(arguments: [(["--max-instructions", "10_000_000"]), (["--timeout", "0.3"])])
  func `a test that does not end is ended`(_ limit: [String]) throws {
    let run = try Run(["run", "--headless"] + limit + [Kernels.image("tests/hang")])
    #expect(run.exitCode == 124 && run.text.contains("going round in circles"))
  }
}
