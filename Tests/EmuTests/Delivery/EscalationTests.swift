// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

@Suite("A fault in the delivery of an event")
struct EscalationTests {
  /// A chain: what each delivery was of and where it failed, and what came in the end.
  struct Chain: Sendable, CustomTestStringConvertible {
    let what: String
    let event: Interruption
    let failed: [(vector: UInt8, check: DeliveryCheck)]
    /// Vector, error code and return address in the end; nil for a shutdown.
    let end: (vector: UInt8, code: UInt32, rip: UInt64)?
    let cr2: UInt64?
    let change: @Sendable (inout Scene) -> Void

    var testDescription: String { what }
  }

  static let int = Interruption.softwareInterrupt(0x30, at: 0x1234, next: 0x1236)
  static let pageFault = Interruption.fault(.pageFault, errorCode: 2, at: 0x1234)
  static let divideError = Interruption.fault(.divideError, at: 0x1234)

  // swift-format-ignore
  static let chains: [Chain] = [
    Chain(what: "INT n whose gate is not present is #NP at the instruction", event: int,
      failed: [(0x30, .gatePresent)], end: (11, 0x182, 0x1234), cr2: nil) {
      $0.set(11, $0.gate(0x30)); $0.flipGate(0x30, 0x80)
    },
    Chain(what: "an interrupt without a gate is #GP with EXT", event: .external(0x31, at: 0x1236),
      failed: [(0x31, .gateType)], end: (13, 0x18b, 0x1236), cr2: nil) { _ in },
    Chain(what: "INT 13 is benign", event: .softwareInterrupt(13, at: 0x1234, next: 0x1236),
      failed: [(13, .gatePrivilege)], end: (13, 0x6a, 0x1234), cr2: nil) {
      $0.registers.ss.access.insert(.privilege(3)); $0.flipGate(13, 0x60)
    },
    Chain(what: "#DE whose code segment is missing is #PF", event: divideError,
      failed: [(0, .codeReadable)], end: (14, 0, 0x1234), cr2: 0x3008) {
      $0.set(0, GateDescriptor(.interruptGate, selector: .init(rawValue: 0xc), offset: 0x5000))
      $0.memory.fates[3] = .missing
    },
    Chain(what: "#DE without a gate is #DF", event: divideError,
      failed: [(0, .gateType)], end: (8, 0, 0x1234), cr2: nil) { _ in },
    Chain(what: "#PF whose stack is missing is #DF on another stack", event: pageFault,
      failed: [(14, .stackWritable)], end: (8, 0, 0x1234), cr2: 0x6ff8) {
      $0.memory.fates[6] = .missing; $0.useStack(1, 8)
    },
    Chain(what: "#PF without a gate is #DF", event: pageFault,
      failed: [(14, .gatePresent)], end: (8, 0, 0x1234), cr2: nil) { $0.flipGate(14, 0x80) },
    Chain(what: "#GP whose stack is missing is #PF, then #DF, then shutdown",
      event: .fault(.generalProtection, errorCode: 0, at: 0x1234),
      failed: [(13, .stackWritable), (14, .stackWritable), (8, .stackWritable)], end: nil, cr2: nil) {
      $0.memory.fates[6] = .missing
    },
    Chain(what: "the longest chain", event: .external(0x31, at: 0x1236),
      failed: [(0x31, .gateType), (13, .stackWritable), (14, .stackWritable), (8, .stackWritable)],
      end: nil, cr2: nil) { $0.memory.fates[6] = .missing },
    Chain(what: "an empty IDT", event: int,
      failed: [(0x30, .vectorInTable), (13, .vectorInTable), (8, .vectorInTable)], end: nil, cr2: nil) {
      $0.registers.idtr.limit = 0
    },
  ]

  @Test("ends as the table of double faults says", arguments: chains)
  func chain(_ chain: Chain) {
    var scene = Scene.make(.long)
    chain.change(&scene)
    scene.event = chain.event
    switch Delivery.deliver(scene.event, scene.registers, in: scene.memory) {
    case .delivered(let plan, let failed):
      #expect(failed.map(\.event.vector) == chain.failed.map(\.vector))
      #expect(failed.map(\.fault.check) == chain.failed.map(\.check))
      #expect(plan.event.vector == chain.end?.vector)
      #expect(plan.event.errorCode == chain.end?.code)
      #expect(plan.event.rip == chain.end?.rip)
      #expect(plan.cr2?.value == chain.cr2)
      plan.apply(to: &scene.registers)
      #expect(scene.registers.cr2.value == chain.cr2 ?? 0)
    case .shutdown(let failed):
      #expect(failed.map(\.event.vector) == chain.failed.map(\.vector))
      #expect(failed.map(\.fault.check) == chain.failed.map(\.check))
      #expect(chain.end == nil)
    }
  }

  @Test("an event that can be delivered has no history")
  func plain() throws {
    let scene = Scene.make(.long)
    let outcome = Delivery.deliver(scene.event, scene.registers, in: scene.memory)
    #expect(outcome == .delivered(try scene.plan(), after: []))
  }
}
