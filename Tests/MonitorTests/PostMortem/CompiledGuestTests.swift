// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// What a person sees of a C, a C++ and a Rust kernel that fault three calls deep: Tests/guests/compiled.
///
/// Goldens/compiled has the post-mortem and the trace of each; `KEMU_RECORD=1` writes them anew, and fails.
/// Addresses are what this compiler made of it: they are not compared.
@Suite struct CompiledGuestTests {
  static let kernels = ["nested", "nested-cpp", "nested-rust"].flatMap { name in
    ["debug", "linked", "symbols", "bare"].map { "\(name)-\($0)" }
  }

  private func output(_ command: String, _ kernel: String) throws -> Run {
    try Run(
      [command, try Kernels.guest("compiled/\(kernel).elf")]
        + (command == "run" ? ["--headless", "--trace", "none"] : ["--trace", "faults"]))
  }

  @Test(arguments: kernels) func `the post-mortem is the golden one`(_ kernel: String) throws {
    try compare(output("run", kernel).messages, "\(kernel)-run.txt")
  }

  @Test(arguments: kernels) func `the trace is the golden one`(_ kernel: String) throws {
    try compare(output("trace", kernel).text, "\(kernel)-trace.txt")
  }

  @Test(arguments: ["nested", "nested-cpp", "nested-rust"])
  func `the line that faults is named`(_ name: String) throws {
    let sources = ["nested": "c", "nested-cpp": "cpp", "nested-rust": "rs"]
    let file = "nested.\(try #require(sources[name]))"
    let lines = try String(
      contentsOf: TraceRun.root.appendingPathComponent("Tests/guests/compiled/\(file)"),
      encoding: .utf8
    ).split(separator: "\n", omittingEmptySubsequences: false)
    let number = try #require(lines.firstIndex { $0.contains("// the fault") }) + 1
    for kind in ["debug", "linked"] {
      #expect(try output("run", "\(name)-\(kind)").messages.contains("\(file):\(number)"))
      #expect(try output("trace", "\(name)-\(kind)").text.contains("\(file):\(number)"))
      let run = try Run(
        ["trace", "--trace", "faults", "--format", "json"]
          + [try Kernels.guest("compiled/\(name)-\(kind).elf")])
      let first = try #require(run.text.split(separator: "\n").first)
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any])
      #expect(object["line"] as? Int == number)
      #expect((object["file"] as? String)?.hasSuffix(file) == true)
      try JSONSchema(file: TraceRun.root.appendingPathComponent("docs/trace.schema.json").path)
        .validate(object)
    }
    #expect(try !output("run", "\(name)-symbols").messages.contains(file))
  }

  @Test func `functions that are inlined are listed, with the lines that they are called from`()
    throws
  {
    let source = try String(
      contentsOf: TraceRun.root.appendingPathComponent("Tests/guests/compiled/inlined.cpp"),
      encoding: .utf8
    ).split(separator: "\n", omittingEmptySubsequences: false)
    func line(_ mark: String) throws -> Int {
      try #require(source.firstIndex { $0.hasSuffix("// \(mark)") }) + 1
    }
    let run = try output("run", "inlined-debug")
    let lines = run.messages.split(separator: "\n").map { $0.drop { $0 == " " } }
    let words = lines.joined(separator: " ")
    let innermost =
      "  screen::poke(unsigned short volatile*, char), inlined.cpp:\(try line("the fault")) inlined "
      + "into screen::Console::put(int, char), inlined.cpp:\(try line("the inner call")) inlined into "
      + "screen::Console::print(char const*)+0x"
    let rest = try #require(words.range(of: innermost))
    let outer = words[rest.upperBound...].split(separator: " ").dropFirst()
    #expect(outer.first == "inlined.cpp:\(try line("the outer call"))")
    #expect(outer.dropFirst(2).first?.hasPrefix("kernel_main+0x") == true)
  }

  @Test func `where a guest came to rest and where kemu walk looks has a line`() throws {
    let kernel = try Kernels.image("kernel")
    let run = try Run(["run", "--headless", kernel])
    let source = try String(
      contentsOf: TraceRun.root.appendingPathComponent("Sources/Boot/boot.S"), encoding: .utf8
    ).split(separator: "\n", omittingEmptySubsequences: false)
    // HLT was executed: the next instruction is the jump back to it.
    let halts = try #require(source.lastIndex { $0.contains("hlt") }) + 1
    #expect(run.messages.contains(", boot.S:\(halts + 1)) after "), "\(run.messages)")
    let walk = try Run(
      ["walk", kernel, "rip", "--at", "fault 1", "--append", "demo=divide-error"])
    #expect(walk.messages.contains(", Faults.h:"), "\(walk.messages)")
  }

  @Test func `a run that names nothing does not load libdw`() throws {
    let quiet = try Run(
      ["run", try Kernels.image("minimal"), "--headless"], environment: ["LD_DEBUG=files"])
    #expect(quiet.messages.contains("libz.so") && !quiet.messages.contains("libdw"))
    let loud = try Run(
      ["run", try Kernels.guest("compiled/nested-debug.elf"), "--headless"],
      environment: ["LD_DEBUG=files"])
    #expect(loud.messages.contains("libdw"))
  }

  private func compare(_ text: String, _ name: String) throws {
    for line in text.split(separator: "\n").dropFirst() { #expect(line.count <= 80, "\(line)") }
    let file = TraceRun.root.appendingPathComponent("Tests/Goldens/compiled/\(name)")
    let varying =
      /0x1[0-9a-f]{5}|\+0x[0-9a-f]+|[0-9_]+ instructions|instruction [0-9_]+|bytes .*/
    let shape = text.replacing(varying, with: "~")
    if ProcessInfo.processInfo.environment["KEMU_RECORD"] != nil {
      try Data(shape.utf8).write(to: file)
      Issue.record("recorded \(name): look at the difference, then test without")
    }
    let golden = try? String(contentsOf: file, encoding: .utf8)
    #expect(shape == golden, "\(name): KEMU_RECORD=1 records it anew")
  }
}
