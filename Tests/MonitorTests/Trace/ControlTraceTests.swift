// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing
import X86

@testable import Emu
@testable import Monitor

/// The categories `control` and `io`.
@Suite struct ControlTraceTests {
  /// Each telling stops in the middle of translated code: the guest must not see that.
  @Test(
    arguments: [
      "ring-3", "tasks", "delivery", "keyboard", "clocks", "entry-state-mb1-elf32", "repeat",
      "mapped", "tables", "bases",
      "paging-32", "paging-pae",
    ])
  func `a guest that is traced does the same`(_ guest: String) throws {
    let kernel = try Kernels.guest("\(guest).elf")
    let options = ["trace", kernel, "--append", "i", "--keys", "a", "--max-instructions", "99999"]
    let plain = try Run(options + ["--trace", "none"])
    let traced = try Run(options + ["--trace", "all"])
    #expect(traced.exitCode == plain.exitCode)
    #expect(traced.messages == plain.messages)
    #expect(!traced.text.isEmpty)
  }

  @Test func `kemu trace tells of control registers without being asked, and not of ports`() throws
  {
    let run = try Run(["trace", try Kernels.guest("delivery.elf"), "--append", "i"])
    #expect(run.text.contains("\nCR0 write enters long mode at "))
    #expect(run.text.contains("\nIRQ 0 ") && !run.text.contains("OUT to"))
  }

  @Test(
    arguments: [
      ("page-tables", ["task switch loads TR", "task switch loads CR3", "CR3 write"]),
      ("in-ldt", ["task switch loads TR", "task switch loads LDTR"]),
    ])
  func `a task switch tells what it loads`(_ name: String, _ titles: [String]) throws {
    let file = TraceRun.root.appendingPathComponent("Tests/conformance/build/tasks.elf").path
    try #require(FileManager.default.fileExists(atPath: file), "`make conformance` makes \(file)")
    let run = try Run(["trace", file, "--append", name, "--trace", "control,paging"])
    for title in titles { #expect(run.text.contains("\n\(title) at "), "\(title)") }
  }

  @Test func `what an instruction loads or reaches stands behind its line`() throws {
    let run = try TraceRun.of("i", ["--trace", "control,io,instructions"])
    let lines = run.text.split(separator: "\n").map(String.init)
    var told = 0
    for (line, next) in zip(lines, lines.dropFirst())
    where ["OUT to", "IN from", "LIDT", "LTR"].contains(where: next.hasPrefix) {
      let name = String(next.prefix { $0 != " " }).lowercased()
      #expect(line.split(separator: " ").contains { $0 == name }, "\(line)\n\(next)")
      told += 1
    }
    #expect(told > 10)
  }

  @Test func `gates that differ in their handlers alone are one run`() {
    let gates = (0..<8).map { GateDescriptor.handler(0x1000 + 16 * UInt64($0)) }
    #expect(runs(gates) == ["0…7 0x10"])
    #expect(runs(Array(repeating: .handler(0x1000), count: 3)) == ["0…2 0x0"])
    #expect(
      runs([.handler(0x1000), .handler(0x1000), .handler(0x2000)]) == ["0…1 0x0", "2…2 0x0"])
    #expect(runs([.handler(0x1000), GateDescriptor(low: 0), .handler(0x1000)]).count == 2)
    #expect(runs([.handler(0x1000), .handler(0x1000, stack: 1)]).count == 2)
    // Three in a row may be an accident.
    #expect(runs(Array(gates.prefix(3))).count == 3)
    #expect(runs([]).isEmpty)
  }

  @Test(arguments: [32, 33, 7680])
  func `of a long table the first descriptors are told`(_ count: Int) {
    let same = ControlChange.Change(old: 0, new: 0)
    let table = TableContents(
      base: VirtAddr(0x1000), limit: UInt32(8 * count) - 1,
      words: Array(repeating: 0x00cf_9a00_0000_ffff, count: count), unreadable: nil, isLong: false)
    let site = Site(
      moment: .zero, instructions: 1, address: VirtAddr(0), mode: .protected32, privilege: 0)
    var text = TextTrace(width: 80, hasColors: false) { _ in nil }
    text.write(ControlChange(site: site, cr0: same, efer: same, what: .globalTable(table)))
    let lines = text.take().split(separator: "\n")
    #expect(lines.count { $0.contains("32-bit code") } == 32)
    #expect(lines.last?.contains("and \(count - 32) more") == (count > 32))
  }

  private func runs(_ gates: [GateDescriptor]) -> [String] {
    let table = TableContents(
      base: VirtAddr(0), limit: UInt32(16 * gates.count) &- 1,
      words: gates.flatMap { [$0.low, $0.high] }, unreadable: nil, isLong: true)
    return GateRun.all(in: table).map { "\($0.first)…\($0.last) 0x\(String($0.stride, radix: 16))" }
  }
}

extension GateDescriptor {
  fileprivate static func handler(_ offset: UInt64, stack: UInt8 = 0) -> GateDescriptor {
    GateDescriptor(
      .interruptGate, selector: SegmentSelector(rawValue: 8), offset: offset, stack: stack)
  }
}
