// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Foundation
import SystemPackage
import Testing

@testable import Monitor

@Suite struct FaultHeadingsTests {
  @Test func `what the guest sent before an exception is written before its heading`() throws {
    let scratch = try Scratch()
    let file = try FileDescriptor.open(
      FilePath(scratch.path("com1")), .writeOnly, options: .create, permissions: .ownerReadWrite)
    defer { try? file.close() }
    let collector = OutputCollector(com1: file, debugcon: nil, until: nil)
    var told: [(sent: UInt64, written: Int)] = []
    collector.headings = FaultHeadings(
      tell: { _ in told.append((collector.count, (try? scratch.read("com1").count) ?? -1)) },
      say: { _ in },
      makeTrace: { TextTrace(width: 80, hasColors: false, symbolizer: { _ in nil }) })
    let plan = try Loader.plan(
      kernel: [UInt8](Data(contentsOf: URL(fileURLWithPath: try Kernels.image("kernel")))),
      name: "kernel", commandLine: "serial demo=repair", modules: [], memory: .standard)
    let machine = try Machine(
      .init(memory: .standard, clock: 0), loading: plan, sink: collector.receive)
    machine.watch = .exceptions
    _ = machine.run(nanoseconds: 50_000_000)
    #expect(told.count == 3)
    #expect(told.allSatisfy { $0.sent > 0 && $0.sent == UInt64($0.written) })
  }
}
