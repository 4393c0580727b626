// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Foundation
import Testing
import X86

@testable import Monitor

/// The traces of every instruction and of calls.
@Suite struct FlowTraceTests {
  private static let isRecording = ProcessInfo.processInfo.environment["KEMU_RECORD"] == "1"

  private func calls(_ options: [String]) throws -> Run {
    let run = try Run(["trace", try Kernels.guest("calls.elf")] + options)
    #expect(run.exitCode == 33)
    return run
  }

  private func objects(_ run: Run) throws -> [[String: Any]] {
    try run.text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test func `the tree of calls is the golden one`() throws {
    let text = try calls(["--trace", "calls"]).text
    let file = TraceRun.root.appendingPathComponent("Tests/Goldens/trace-calls.txt")
    if Self.isRecording {
      try Data(text.utf8).write(to: file)
      Issue.record("\(file.path) was written; look at it, and test again without KEMU_RECORD")
    }
    let golden = try? String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "if it should be: KEMU_RECORD=1 make test FILTER=FlowTrace")
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func `a kernel in Swift has a tree of 80 columns, in which every end has its beginning`()
    throws
  {
    let kernel = try Kernels.image("kernel")
    let text = try Run(["trace", kernel, "--trace", "calls"]).text
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    var depths: [Int] = []
    for object in try objects(Run(["trace", kernel, "--trace", "calls", "--format", "json"])) {
      let depth = try #require(object["depth"] as? Int)
      switch object["event"] as? String {
      case "call":
        #expect(depth == depths.count)
        depths.append(depth)
      case "return": #expect(depths.popLast() == depth)
      default: #expect(depth == depths.count)
      }
    }
    #expect(depths.count <= 2)
  }

  @Test func `calls and instructions have lines of source`() throws {
    let kernel = try Kernels.guest("compiled/nested-debug.elf")
    let budget = ["trace", kernel, "--max-instructions", "20000", "--trace"]
    #expect(try Run(budget + ["calls"]).text.contains(/\ kernel_main \(nested\.c:\d+\)/))
    for (category, event) in [("calls", "call"), ("instructions", "instruction")] {
      let objects = try objects(Run(budget + [category, "--format", "json"]))
      let places = objects.filter {
        $0["event"] as? String == event && $0["symbol"] as? String == "kernel_main"
      }
      #expect(!places.isEmpty)
      for place in places {
        #expect((place["file"] as? String)?.hasSuffix("nested.c") == true)
        #expect(place["line"] is Int)
      }
      let schema = try JSONSchema(
        file: TraceRun.root.appendingPathComponent("docs/trace.schema.json").path)
      for object in objects { try schema.validate(object) }
    }
  }

  @Test func `from 110 columns on a line of source stands at the right edge, where it begins`() {
    let block = CodeBlock(
      address: VirtAddr(0x1000), bits: 64, starts: [0, 1, 2], bytes: [0x90, 0x90, 0xc3])
    func lines(_ width: Int) -> [String] {
      let format = InstructionFormat(
        .text, width: width, symbolizer: { _ in "main" },
        lines: {
          // Looking for one loads DWARF.
          #expect(width >= 110)
          return SourceLine(path: "src/main.c", line: $0.value < 0x1002 ? 7 : 8)
        })
      return (0..<3).map { format.line(of: block, $0, faults: false) }
    }
    let wide = lines(120)
    #expect(wide[0].contains("  main.c:7\n"))
    #expect(wide[0].count - 1 + 11 == 120)
    #expect(wide[1].hasSuffix("nop\n"))
    #expect(wide[2].hasSuffix("  main.c:8\n"))
    #expect(lines(109).allSatisfy { !$0.contains("main.c") })
  }

  @Test func `every instruction has its line, with its number, name, bytes and text`() throws {
    let run = try TraceRun.of("p", ["--trace", "instructions"])
    let lines = run.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines.suffix(6) == [
        "      2_689  0x1002aa in_long_mode+0x21c 0f84b9000000     je 0x100369",
        "      2_690  0x100369 case_p             89042508000040   "
          + "mov dword ptr [0x40000008], eax  ← faults",
        "             ── #PF Page Fault",
        "      2_690  0x1003ad handler            b010             mov al, 0x10",
        "      2_691  0x1003af handler+0x2        e6f4             out 0xf4, al",
        "",
      ])
    let numbers = lines.filter { !$0.contains("──") && !$0.contains("faults") }.dropLast()
      .map { $0.prefix(11).filter { $0 != " " && $0 != "_" } }
    #expect(numbers.elementsEqual((0..<2692).map(String.init)))
  }

  @Test func `what else is traced stands between the instructions`() throws {
    let lines = try TraceRun.of("p", ["--trace", "instructions,faults"]).text.split(separator: "\n")
    let fault = try #require(lines.firstIndex { $0.hasPrefix("#PF Page Fault at") })
    #expect(lines[fault - 1].hasPrefix("      2_690  0x100369 case_p"))
    #expect(lines[fault...].contains { $0.hasPrefix("      2_690  0x1003ad handler ") })
    #expect(!lines.contains { $0.contains("──") })
  }

  @Test func `without symbols there are no names, and what is no instruction is its bytes`() throws
  {
    let run = try Run(
      [0x40, 0x0f, 0xff, 0xc0], ["--headless", "--trace", "instructions"])
    let lines = run.messages.split(separator: "\n")
    #expect(lines[0] == "          0  0x100020 40               inc eax")
    #expect(lines[1].hasPrefix("          1  0x100021 0fff "))
    #expect(lines[1].hasSuffix("  ← faults"))
  }

  @Test(arguments: ["instructions", "calls", "all"])
  func `json is valid`(_ list: String) throws {
    let schema = try JSONSchema(
      file: TraceRun.root.appendingPathComponent("docs/trace.schema.json").path)
    let lines = try objects(calls(["--trace", list, "--format", "json"]))
    let events = Set(lines.compactMap { $0["event"] as? String })
    let expected: [String: Set<String>] = [
      "instructions": ["instruction"], "calls": ["call", "return", "jump", "stack"],
      "all": ["instruction", "call", "return", "jump", "stack", "delivery", "transfer"],
    ]
    #expect(events.isSuperset(of: expected[list] ?? []))
    for line in lines.suffix(800) { try schema.validate(line) }
  }

  @Test func `numbers have their groups, and JSON's have none`() {
    for (width, number, text) in [
      (11, 0, "          0"), (11, 999, "        999"), (11, 1000, "      1_000"),
      (11, 1_234_567, "  1_234_567"), (0, 7, "7"), (0, 1_234_567, "1234567"),
      (11, 12_345_678_901, "12_345_678_901"),
    ] as [(Int, UInt64, String)] {
      var running = RunningNumber(width: width)
      running.move(to: number)
      let bytes = [UInt8](unsafeUninitializedCapacity: RunningNumber.most) { buffer, count in
        guard let start = buffer.baseAddress else { return }
        count = running.writeAndAdvance(to: start) - start
      }
      #expect(String(decoding: bytes, as: UTF8.self) == text && running.value == number + 1)
    }
  }

  @Test(arguments: [
    ("short+0x1", 20, "short+0x1"),
    ("generic specialization <A, B> of X.Y.take(Z) throws -> A+0x12", 20, "X.Y.take+0x12"),
    ("X.Y.read<A where A: Swift.FixedWidth>(A.Type) -> A", 16, "X.Y.read"),
    ("a_name_that_is_much_too_long+0x1f", 16, "…oo_long+0x1f"),
  ])
  func `a name is cut to what fits`(_ name: String, _ room: Int, _ fitted: String) {
    let cut = SymbolName.fitted(name, to: room)
    #expect(cut.count <= room)
    #expect(cut == fitted || cut.hasPrefix("…"))
  }
}
