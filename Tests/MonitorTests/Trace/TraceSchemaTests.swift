// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// What `--format json` writes is what docs/trace.schema.json says.
@Suite struct TraceSchemaTests {
  private static let schema = TraceRun.root.appendingPathComponent("docs/trace.schema.json").path

  private func objects(_ run: Run) throws -> [[String: Any]] {
    #expect(run.text.hasSuffix("\n"))
    return try run.text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test(arguments: TraceRun.cases) func `the trace of a guest is valid`(
    _ letter: String, _ name: String
  ) throws {
    let schema = try JSONSchema(file: Self.schema)
    let lines = try objects(TraceRun.of(letter, ["--format", "json"]))
    #expect(!lines.isEmpty)
    for line in lines { try schema.validate(line) }
  }

  /// Modes, gates and failures that delivery.S does not have.
  @Test(
    arguments: [
      ("real", "ud2 interrupt"),
      ("protected", "task-gate task-gate-error-code task-gate-absent v86-divide ring-3-hlt"),
      ("protected", "double-fault-gate-absent code-conforming task-gate-to-busy-tss"),
      ("long-delivery", "gate-beyond-limit stack-rsp0-missing stack-rsp0-non-canonical"),
      ("long-delivery", "code-in-ldt int-then-page-fault-then-absent-gate stack-ist-2"),
      ("long-delivery", "double-fault-stack-missing"),
      ("long-debug", "step break-code break-write break-general-detect"),
      ("tasks", "call-returns jump-to-gate own-data-beyond-gdt page-tables narrow jump-to-v86"),
    ])
  func `the trace of a conformance guest is valid`(_ guest: String, _ names: String) throws {
    let schema = try JSONSchema(file: Self.schema)
    let file = TraceRun.root.appendingPathComponent("Tests/conformance/build/\(guest).elf").path
    try #require(FileManager.default.fileExists(atPath: file), "`make conformance` makes \(file)")
    for name in names.split(separator: " ").map(String.init) {
      let lines = try objects(Run(["trace", file, "--append", name, "--format", "json"]))
      #expect(!lines.isEmpty, "\(name)")
      for line in lines { try schema.validate(line) }
    }
  }

  /// Tables of all modes, segments of all kinds, MSRs, ports.
  @Test(arguments: ["ring-3", "tasks", "delivery", "keyboard", "clocks", "entry-state-mb1-elf32"])
  func `loads of control registers and accesses to ports are valid`(_ guest: String) throws {
    let schema = try JSONSchema(file: Self.schema)
    let kernel = try Kernels.guest("\(guest).elf")
    let run = try Run(
      [
        "trace", kernel, "--append", "i", "--trace", "control,io", "--format", "json",
        "--max-instructions", "20_000",
      ])
    let lines = try objects(run)
    #expect(!lines.isEmpty)
    for line in lines { try schema.validate(line) }
  }

  @Test(arguments: TraceRun.guests) func `the trace of another guest is valid`(
    _ guest: String, _ list: String, _ name: String
  ) throws {
    let schema = try JSONSchema(file: Self.schema)
    let kernel = try Kernels.guest("\(guest).elf")
    let lines = try objects(Run(["trace", kernel, "--trace", list, "--format", "json"]))
    #expect(lines.count > 10)
    for line in lines { try schema.validate(line) }
  }

  /// It maps, unmaps and maps anew through a recursive entry, and then loads CR3 with new tables.
  @Test func `the kernel's remapping of itself is seen`() throws {
    let schema = try JSONSchema(file: Self.schema)
    let options = ["--append", "demo=remap", "--trace", "paging", "--format", "json"]
    let lines = try objects(Run(["trace", try Kernels.image("kernel")] + options))
    for line in lines { try schema.validate(line) }
    let switched = lines.contains {
      $0["title"] as? String == "CR3 write" && $0["old"] as? String != $0["new"] as? String
    }
    #expect(switched)
    let changes = Set(lines.compactMap { $0["change"] as? String })
    #expect(changes.isSuperset(of: ["table", "maps", "unmaps", "remaps"]), "\(changes)")
  }

  @Test func `a page fault says where, why and how it was delivered`() throws {
    let lines = try objects(TraceRun.of("w", ["--format", "json"]))
    #expect(lines.map { $0["title"] as? String } == ["IRET", "#PF Page Fault"])
    let fault = try #require(lines.last)
    #expect(fault["title"] as? String == "#PF Page Fault" && fault["ring"] as? Int == 3)
    #expect(fault["symbol"] as? String == "user_writes" && fault["outcome"] as? String == "handler")
    let steps = try #require(fault["steps"] as? [[String: Any]])
    let walk = try #require(steps.first { $0["step"] as? String == "walk" })
    #expect(walk["access"] as? String == "write" && walk["privilege"] as? String == "user")
    let levels = try #require(walk["levels"] as? [[String: Any]])
    #expect(levels.map { $0["table"] as? String } == ["PML4", "PDPT", "PD", "PT"])
    #expect(levels.map { $0["verdict"] as? String } == [nil, nil, nil, "U/S is 0"])
    let stack = try #require(steps.first { $0["step"] as? String == "stack" })
    #expect(stack["source"] as? String == "TSS.RSP0")
  }

  @Test func `a triple fault is a line for each delivery and one for the shutdown`() throws {
    let lines = try objects(TraceRun.of("t", ["--format", "json"]))
    #expect(lines.map { $0["outcome"] as? String } == ["fault", "fault", "fault", "shutdown", nil])
    #expect(lines.last?["chain"] as? [String] == ["#UD", "#GP", "#GP", "#DF", "#GP"])
    #expect((lines.last?["root_cause"] as? String)?.contains("its limit is 0") == true)
  }

  @Test func `json has no colours, whatever is asked for`() throws {
    let run = try TraceRun.of("t", ["--format", "json"], environment: ["FORCE_COLOR=1"])
    #expect(!run.text.contains("\u{1B}"))
  }

  /// A schema that allows everything would pass every other test.
  @Test func `the schema refuses what is wrong`() throws {
    let schema = try JSONSchema(file: Self.schema)
    let right = try #require(try objects(TraceRun.of("p", ["--format", "json"])).first)
    try schema.validate(right)
    let wrong: [(String, Any?)] = [
      ("address", nil), ("address", "1003ab"), ("address", "0x01"), ("address", 7), ("vector", 256),
      ("vector", "14"), ("vector", true), ("kind", "exception"), ("more", 1), ("event", "shutdown"),
      ("ring", -1), ("ring", 1.5), ("steps", [] as [Any]), ("steps", [["step": "cause"]]),
      ("spurious", false), ("symbol", ""),
    ]
    for (key, value) in wrong {
      var object = right
      object[key] = value
      #expect(throws: JSONSchema.Violation.self, "\(key)") { try schema.validate(object) }
    }
  }
}
