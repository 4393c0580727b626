// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

@Suite("Delivery in real mode")
struct RealDeliveryTests {
  // swift-format-ignore
  static let failures: [FailingCheck] = [
    .init(.vectorInTable, "the table ends in the vector", .generalProtection, 0) { $0.registers.idtr.limit = 0xc2 },
    .init(.stackRoom, "a word would cross the end of the segment", .stackFault, 0) { $0.registers.rsp = 5 },
    .init(.entryPoint, "the handler lies beyond the limit of CS", .generalProtection, 0) { $0.registers.cs.limit = 0xff },
  ]

  @Test("a check that fails raises its exception", arguments: failures)
  func failure(_ check: FailingCheck) { check.verify(.real) }

  @Test(
    "three words are pushed, never an error code, and SP wraps around",
    arguments: [
      (.softwareInterrupt(0x30, at: 0x1234, next: 0x1236), 0x7000, 0x6ffa, 0x1236),
      (.external(0x30, at: 0x1236), 0x9_0004, 0x9_fffe, 0x1236),
      (.fault(.generalProtection, errorCode: 8, at: 0x1234), 0x7000, 0x6ffa, 0x1234),
    ] as [(Interruption, UInt64, UInt64, UInt64)])
  func success(event: Interruption, top: UInt64, bottom: UInt64, ip: UInt64) throws {
    var scene = Scene.make(.real)
    scene.event = event
    scene.registers.rsp = top
    scene.registers.rflags.insert(.alignmentCheck)
    scene.registers.ss.base = VirtAddr(0)
    let before = scene.registers

    let plan = try scene.plan()
    scene.memory.apply(plan)
    plan.apply(to: &scene.registers)

    var expected = before
    expected.rip = 0x100
    expected.rsp = bottom
    expected.rflags = [.alwaysOne, .carry, .direction, .nestedTask]
    expected.cs.selector = 0x400
    expected.cs.base = VirtAddr(0x4000)
    #expect(scene.registers == expected)
    let words = (0..<3).map { scene.memory[(bottom + UInt64($0) * 2) & 0xffff, 2] }
    #expect(words == [ip, 0x100, 0x4703])
  }
}
