// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing
import X86

@testable import Emu
@testable import Monitor

/// What is said of kernels that have exactly one defect each: Tests/guests/defects.
///
/// The whole text is in Tests/Goldens/post-mortem; `KEMU_RECORD=1` writes it anew, and fails the run.
@Suite struct ShapeTests {
  // swift-format-ignore
  static let defects: [(name: String, shapes: [Shape])] = [
    ("absent-msr",              [.stoppedInHandler]),
    ("code32-in-64",            [.code32In64BitMode, .noIDT]),
    ("code64-in-32",            [.code64In32BitMode, .noIDT]),
    ("code64-in-compatibility", [.code64InCompatibilityMode, .noIDT]),
    ("fault-again",             [.sameFaultAgain]),
    ("handler-faults",          [.handlerFaults]),
    ("handler-not-mapped",      [.handlerNotMapped]),
    ("idt-not-mapped",          [.plainException, .idtNotMapped]),
    ("int-without-gate",        [.softwareInterrupt, .noGate]),
    ("jump-to-zero",            [.jumpToZero, .noIDT]),
    ("misaligned-stack",        [.misalignedOperand, .noIDT]),
    ("missing-eoi",             [.missingEndOfInterrupt]),
    ("near-text-memory",        [.nearTextMemory, .noIDT]),
    ("no-frame-pointers",       [.stackOverflow]),
    ("no-idt",                  [.plainException, .noIDT]),
    ("no-stack",                [.noStack]),
    ("no-tss",                  [.plainException, .noTaskStack]),
    ("nx-without-nxe",          [.noExecuteWithoutNXE, .noIDT]),
    ("panic",                   [.stoppedInHandler]),
    ("short-idt",               [.softwareInterrupt, .shortIDT]),
    ("single-step",             [.plainException, .noIDT]),
    ("sse-off",                 [.sseSwitchedOff, .noIDT]),
    ("stack-overflow",          [.stackOverflow]),
    ("stale-gate",              [.plainException, .badCodeSegment]),
    ("stale-selector",          [.staleSelector, .shortIDT]),
    ("tables-overwritten",      [.tablesOverwritten]),
    ("timer-as-double-fault",   [.stoppedInHandler]),
    ("timer-without-gate",      [.stoppedInHandler]),
    ("write-to-text",           [.writeToCode, .noIDT]),
    ("wrong-gate",              [.plainException, .wrongGate]),
  ]

  @Test(arguments: defects.indices) func aDefectIsNamedAndExplained(_ index: Int) throws {
    let (name, shapes) = Self.defects[index]
    let (end, evidence) = try Self.end(of: name)
    let found = try #require(PostMortem(end, evidence), "nothing is said of \(name)")
    #expect(found.shapes == shapes, "\(name)")
    let text = found.text(evidence.kernel, width: 80, depth: nil)
    try Self.compare(text, with: name)
    for line in text.split(separator: "\n") {
      #expect(line.count <= 80, "\(name): \(line)")
      #expect(line.hasPrefix("  ") && !line.hasSuffix(" "), "\(name): \(line)")
    }
  }

  @Test func everyDefectHasItsTest() throws {
    let directory = Self.root.appendingPathComponent("Tests/guests/defects").path
    let files = try FileManager.default.contentsOfDirectory(atPath: directory)
    #expect(files.map { $0.dropLast(2) }.sorted() == Self.defects.map { $0.name[...] }.sorted())
  }

  @Test(arguments: ["no-idt", "stack-overflow", "panic", "handler-not-mapped", "no-frame-pointers"])
  func aFileWithoutSymbolsAndSectionsGetsTheSameShape(_ name: String) throws {
    let (end, evidence) = try Self.end(of: name)
    let found = try #require(PostMortem(end, evidence))
    let (_, bare) = try Self.end(of: name, withFile: false)
    let stripped = try #require(PostMortem(end, bare))
    #expect(stripped.shapes == found.shapes)
  }

  @Test func colourMarksWhatTheWordsSay() throws {
    let (end, evidence) = try Self.end(of: "no-idt")
    let found = try #require(PostMortem(end, evidence))
    let plain = found.text(evidence.kernel, width: 80, depth: nil)
    let colored = found.text(evidence.kernel, width: 80, depth: .sixteen)
    #expect(colored.contains("\u{1B}[1;31mroot cause\u{1B}[0m"))
    #expect(colored.contains("\u{1B}[1;31m← P is 0\u{1B}[0m"))
    #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    let bold = found.text(evidence.kernel, width: 80, depth: ColorDepth.none)
    #expect(bold.contains("\u{1B}[1mroot cause") && !bold.contains("31m"))
  }

  @Test func aWideTerminalIsUsed() throws {
    let (end, evidence) = try Self.end(of: "nx-without-nxe")
    let found = try #require(PostMortem(end, evidence))
    let wide = found.text(evidence.kernel, width: 110, depth: nil)
    let narrow = found.text(evidence.kernel, width: 80, depth: nil)
    #expect(wide.split(separator: "\n").count < narrow.split(separator: "\n").count)
    #expect(wide.split(separator: "\n").contains { $0.count > 90 })
  }

  // MARK: - Running

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Runs a guest as a session does, 300 000 instructions at most.
  private static func end(
    of name: String, withFile: Bool = true
  ) throws -> (SessionEnd, Evidence) {
    let path = try Kernels.guest("defects/\(name).elf")
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let plan = try Loader.plan(
      kernel: bytes, name: name, commandLine: "", modules: [], memory: .standard)
    let machine = try Machine(.init(memory: .standard, clock: 0), loading: plan) { _ in }
    var goals = SessionGoals()
    goals.maxInstructions = 300_000
    var session = HeadlessSession(
      machine, collector: OutputCollector(com1: nil, debugcon: nil, until: nil), goals: goals,
      wallClock: { 0 }, signal: { nil })
    let end = try session.run()
    return (end, Evidence(of: machine, KernelFile(withFile ? plan.elf : nil)))
  }

  private static func compare(_ text: String, with name: String) throws {
    let file = root.appendingPathComponent("Tests/Goldens/post-mortem/\(name).txt")
    if ProcessInfo.processInfo.environment["KEMU_RECORD"] != nil {
      try Data(text.utf8).write(to: file)
      Issue.record("recorded \(file.lastPathComponent): look at the difference, then test without")
      return
    }
    let golden = try? String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "\(name): KEMU_RECORD=1 records it anew")
  }
}
