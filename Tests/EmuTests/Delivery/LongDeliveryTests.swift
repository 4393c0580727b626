// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

@Suite("Delivery in long mode")
struct LongDeliveryTests {
  static let nonCanonical: UInt64 = 0x8000_0000_0000

  // The ladder from the top; each case passes all checks above its own.
  // swift-format-ignore
  static let failures: [FailingCheck] = [
    .init(.vectorInTable, "the IDT ends in the gate", .generalProtection, 0x182) { $0.registers.idtr.limit = 0x30e },
    .init(.gateReadable, "the gate's page is missing", .pageFault, 0, cr2: 0x1300) { $0.memory.fates[1] = .missing },
    .init(.gateReadable, "the IDT is nowhere", .generalProtection, 0x182) { $0.registers.idtr.base = VirtAddr(nonCanonical) },
    .init(.gateType, "a 16-bit interrupt gate", .generalProtection, 0x182) { $0.flipGate(0x30, 0x8) },
    .init(.gateType, "a call gate", .generalProtection, 0x182) { $0.flipGate(0x30, 0x2) },
    .init(.gateType, "a task gate", .generalProtection, 0x182) { $0.flipGate(0x30, 0xb) },
    .init(.gateType, "a code segment", .generalProtection, 0x182) { $0.flipGate(0x30, 0x10) },
    .init(.gatePrivilege, "DPL 0, CPL 3", .generalProtection, 0x182, from: 3) { $0.flipGate(0x30, 0x60) },
    .init(.gatePrivilege, "DPL 0, CPL 1", .generalProtection, 0x182, from: 1) { $0.flipGate(0x30, 0x60) },
    .init(.gatePresent, "the gate is not present", .segmentNotPresent, 0x182) { $0.flipGate(0x30, 0x80) },
    .init(.codeSelector, "selector 0", .generalProtection, 0) { $0.select(0) },
    .init(.codeSelector, "selector 3", .generalProtection, 0) { $0.select(3) },
    .init(.codeInTable, "the GDT ends before it", .generalProtection, 0x58) { $0.select(0x5b) },
    .init(.codeInTable, "the GDT ends in it", .generalProtection, 0x08) { $0.registers.gdtr.limit = 0xe },
    .init(.codeInTable, "the LDT ends before it", .generalProtection, 0x1c) { $0.select(0x1c) },
    .init(.codeInTable, "there is no LDT", .generalProtection, 0x0c) { $0.select(0x0c); $0.registers.ldtr.selector = 0 },
    .init(.codeReadable, "the GDT's page is missing", .pageFault, 0, cr2: 0x2008) { $0.memory.fates[2] = .missing },
    .init(.codeReadable, "the LDT's page is missing", .pageFault, 0, cr2: 0x3008) { $0.select(0x0c); $0.memory.fates[3] = .missing },
    .init(.codeReadable, "the GDT is nowhere", .generalProtection, 0x08) { $0.registers.gdtr.base = VirtAddr(nonCanonical) },
    .init(.codeType, "a data segment", .generalProtection, 0x10) { $0.select(0x10) },
    .init(.codeType, "a TSS", .generalProtection, 0x08) { $0.flip(1, 0x10) },
    .init(.codePrivilege, "DPL 3, CPL 0", .generalProtection, 0x18) { $0.select(0x1b) },
    .init(.codePrivilege, "conforming, DPL 3, CPL 0", .generalProtection, 0x48) { $0.select(0x48); $0.flip(9, 0x60) },
    .init(.codeLong, "32-bit code", .generalProtection, 0x08) { $0[descriptor: 1] = 0x00cf_9b00_0000_ffff },
    .init(.codeLong, "L and D", .generalProtection, 0x08) { $0[descriptor: 1] |= 1 << 54 },
    .init(.codePresent, "the code segment is not present", .segmentNotPresent, 0x08) { $0.flip(1, 0x80) },
    .init(.stackPointerInTask, "the TSS ends in RSP0", .invalidTSS, 0x28, from: 3) { $0.registers.tr.limit = 0xa },
    .init(.stackPointerInTask, "the TSS ends in IST1", .invalidTSS, 0x28) { $0.useStack(1); $0.registers.tr.limit = 0x2a },
    .init(.stackPointerInTask, "the TSS ends in IST7", .invalidTSS, 0x28) { $0.useStack(7); $0.registers.tr.limit = 0x5a },
    .init(.stackPointerReadable, "the TSS's page is missing", .pageFault, 0, cr2: 0x4004, from: 3) { $0.memory.fates[4] = .missing },
    .init(.stackPointerReadable, "RSP0 goes on in a missing page", .pageFault, 0, cr2: 0x5000, from: 3) {
      $0.registers.tr.base = VirtAddr(0x4ff8); $0.memory.fates[5] = .missing
    },
    .init(.stackRoom, "RSP0 is not canonical", .stackFault, 0, from: 3) { $0.memory[0x4004, 8] = nonCanonical },
    .init(.stackRoom, "IST1 is not canonical", .stackFault, 0) { $0.useStack(1); $0.memory[0x4024, 8] = nonCanonical },
    .init(.stackRoom, "RSP is not canonical", .stackFault, 0) { $0.registers.rsp = nonCanonical },
    .init(.entryPoint, "the handler is not canonical", .generalProtection, 0) { $0.memory[0x1308, 8] = 0x8000 },
    .init(.stackWritable, "the stack's page is missing", .pageFault, 2, cr2: 0x6ff8) { $0.memory.fates[6] = .missing },
    .init(.stackWritable, "the stack is read-only", .pageFault, 3, cr2: 0x6ff8) { $0.memory.fates[6] = .readOnly },
    .init(.stackWritable, "the frame goes on in a missing page", .pageFault, 2, cr2: 0x5ff8) {
      $0.registers.rsp = 0x6010; $0.memory.fates[5] = .missing
    },
    .init(.stackWritable, "CPL 3 to 3: a user's access", .pageFault, 6, cr2: 0x6ff8, from: 3) {
      $0.select(0x1b); $0.memory.fates[6] = .missing
    },
    .init(.stackWritable, "RSP0's page is missing", .pageFault, 2, cr2: 0x8ff8, from: 3) { $0.memory.fates[8] = .missing },
    .init(.accessedWritable, "the GDT is read-only", .pageFault, 3, cr2: 0x200d) { $0.flip(1, 1); $0.memory.fates[2] = .readOnly },
  ]

  @Test("a check that fails raises its exception, with EXT unless for INT n", arguments: failures)
  func failure(_ check: FailingCheck) { check.verify(.long) }

  @Test("pushes that leave the canonical addresses are #SS(0)")
  func stackAcrossTheHole() {
    var scene = Scene.make(.long)
    scene.registers.rsp = 0xffff_8000_0000_0000
    let code = SelectorErrorCode(rawValue: 0)
    #expect(scene.result == .failure(DeliveryFault(.stackRoom, .stackFault, code)))
  }

  /// An event, and what differs in its frame.
  struct Success: Sendable, CustomTestStringConvertible {
    let what: String
    let privilege: UInt8
    let event: Interruption
    let rf: Bool
    let change: @Sendable (inout Scene) -> Void
    let check: @Sendable (inout Registers) -> Void
    var top: UInt64 = 0x7000

    var testDescription: String { what }
  }

  static let int = Interruption.softwareInterrupt(0x30, at: 0x1234, next: 0x1236)
  static let generalProtection = Interruption.fault(.generalProtection, errorCode: 0x18, at: 0x1234)

  // swift-format-ignore
  static let successes: [Success] = [
    Success(what: "INT n", privilege: 0, event: int, rf: false, change: { _ in }, check: { _ in }),
    Success(what: "an interrupt", privilege: 0, event: .external(0x30, at: 0x1236), rf: true,
      change: { _ in }, check: { _ in }),
    Success(what: "a fault with an error code", privilege: 0, event: generalProtection, rf: true,
      change: { $0.registers.rflags.remove(.resume) }, check: { _ in }),
    Success(what: "an instruction breakpoint leaves RF", privilege: 0,
      event: .instructionBreakpoint(at: 0x1234), rf: false,
      change: { $0.registers.rflags.remove(.resume); $0.set(1, $0.gate(0x30)) }, check: { _ in }),
    Success(what: "an interrupt in a repeated instruction", privilege: 0,
      event: .external(0x30, at: 0x1236, inRepeat: true), rf: true,
      change: { $0.registers.rflags.remove(.resume) }, check: { _ in }),
    Success(what: "a trap gate leaves IF", privilege: 0, event: int, rf: false,
      change: { $0.flipGate(0x30, 1) }, check: { $0.rflags.insert(.interrupts) }),
    Success(what: "an interrupt needs no gate privilege", privilege: 3,
      event: .external(0x30, at: 0x1236), rf: true,
      change: { $0.flipGate(0x30, 0x60) }, check: { $0.ss = .null(privilege: 0) }, top: 0x9000),
    Success(what: "INT1 needs no gate privilege", privilege: 3,
      event: .softwareException(.debug, at: 0x1235, next: 0x1236), rf: false,
      change: { $0.set(1, $0.gate(0x30)); $0.flipGate(1, 0x60) },
      check: { $0.ss = .null(privilege: 0) }, top: 0x9000),
    Success(what: "user to kernel", privilege: 3, event: int, rf: false,
      change: { _ in }, check: { $0.ss = .null(privilege: 0) }, top: 0x9000),
    Success(what: "user to privilege 1", privilege: 3, event: int, rf: false,
      change: { $0.select(0x38) },
      check: { $0.ss = .null(privilege: 1); $0.cs.selector = 0x39; $0.cs.access = .init(rawValue: 0xbb) },
      top: 0xd000),
    Success(what: "user to a stack of the table", privilege: 3, event: generalProtection, rf: true,
      change: { $0.useStack(1, 13) }, check: { $0.ss = .null(privilege: 0) }, top: 0xb000),
    Success(what: "kernel to a stack of the table: SS stays", privilege: 0, event: int, rf: false,
      change: { $0.useStack(1) }, check: { _ in }, top: 0xb000),
    Success(what: "conforming code runs at the program's privilege", privilege: 3, event: int, rf: false,
      change: { $0.select(0x48) },
      check: { $0.cs.selector = 0x4b; $0.cs.access = .init(rawValue: 0x9f) }),
    Success(what: "the stack is aligned", privilege: 0, event: int, rf: false,
      change: { $0.registers.rsp = 0x700f }, check: { _ in }),
    Success(what: "code from the LDT", privilege: 0, event: int, rf: false,
      change: { $0.select(0x0c); $0.memory[0x3008, 8] = $0[descriptor: 1] },
      check: { $0.cs.selector = 0x0c }),
    Success(what: "the base of CS does not count", privilege: 0, event: int, rf: false,
      change: { $0[descriptor: 1] |= 0x1200_0012_3456_0000 }, check: { _ in }),
  ]

  @Test("a delivery changes what it says and nothing else", arguments: successes)
  func success(_ success: Success) throws {
    var scene = Scene.make(.long, privilege: success.privilege)
    scene.event = success.event
    success.change(&scene)
    let before = scene.registers

    let plan = try scene.plan()
    scene.memory.apply(plan)
    plan.apply(to: &scene.registers)

    let words = success.event.errorCode == nil ? 5 : 6
    var expected = before
    expected.rip = 0xffff_8000_0000_5000
    expected.rsp = success.top - UInt64(words * 8)
    expected.rflags = [.alwaysOne, .carry, .direction]
    expected.cs = .init(
      selector: 0x08, base: VirtAddr(0), limit: 0xf_ffff, access: .init(rawValue: 0x9b),
      flags: .long)
    success.check(&expected)
    #expect(scene.registers == expected)

    var flags = before.rflags.subtracting(.resume)
    if success.rf { flags.insert(.resume) }
    let frame = [
      success.event.rip, UInt64(before.cs.selector), flags.rawValue, before.rsp,
      UInt64(before.ss.selector),
    ]
    let code = success.event.errorCode.map { [UInt64($0)] } ?? []
    #expect(
      scene.memory.values(at: scene.registers.rsp, width: 8, count: words) == code + frame)
  }

  @Test("every rung that long mode has is tested")
  func coverage() {
    let others: Set<DeliveryCheck> = [
      .virtual8086, .stackSelector, .stackInTable, .stackSelectorPrivilege, .stackReadable,
      .stackPrivilege, .stackType, .stackPresent,
    ]
    let all = Set(DeliveryCheck.allCases).subtracting(DeliveryCheck.ofTasks)
    #expect(Set(Self.failures.map(\.check)) == all.subtracting(others))
  }

  @Test("a descriptor that is loaded is marked accessed, once")
  func accessed() throws {
    var scene = Scene.make(.long)
    #expect(try scene.plan().accessed == [])
    scene.flip(1, 1)
    let plan = try scene.plan()
    #expect(plan.accessed.map(\.address.value) == [0x200d])
    scene.memory.apply(plan)
    #expect(try scene.plan().accessed == [])
  }
}
