// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

@Suite("Delivery in protected mode")
struct ProtectedDeliveryTests {
  // The ladder from the top; each case passes all checks above its own.
  // swift-format-ignore
  static let failures: [FailingCheck] = [
    .init(.virtual8086, "IOPL 2", .generalProtection, 0, from: 3) { $0.enterVirtual8086(iopl: 2) },
    .init(.vectorInTable, "the IDT ends in the gate", .generalProtection, 0x182) { $0.registers.idtr.limit = 0x186 },
    .init(.gateReadable, "the gate's page is missing", .pageFault, 0, cr2: 0x1180) { $0.memory.fates[1] = .missing },
    .init(.gateType, "a call gate", .generalProtection, 0x182) { $0.flipGate(0x30, 0x2) },
    .init(.gateType, "a code segment", .generalProtection, 0x182) { $0.flipGate(0x30, 0x10) },
    .init(.gatePrivilege, "DPL 0, CPL 3", .generalProtection, 0x182, from: 3) { $0.flipGate(0x30, 0x60) },
    .init(.gatePresent, "the gate is not present", .segmentNotPresent, 0x182) { $0.flipGate(0x30, 0x80) },
    .init(.codeSelector, "selector 0", .generalProtection, 0) { $0.select(0) },
    .init(.codeInTable, "the GDT ends before it", .generalProtection, 0x58) { $0.select(0x5b) },
    .init(.codeInTable, "the LDT ends before it", .generalProtection, 0x1c) { $0.select(0x1c) },
    .init(.codeReadable, "the GDT's page is missing", .pageFault, 0, cr2: 0x2008) { $0.memory.fates[2] = .missing },
    .init(.codeType, "a data segment", .generalProtection, 0x10) { $0.select(0x10) },
    .init(.codePrivilege, "DPL 3, CPL 0", .generalProtection, 0x18) { $0.select(0x1b) },
    .init(.codePrivilege, "from virtual-8086 mode to DPL 1", .generalProtection, 0x38, from: 3) { $0.enterVirtual8086(iopl: 3); $0.select(0x38) },
    .init(.codePrivilege, "from virtual-8086 mode to conforming code", .generalProtection, 0x48, from: 3) { $0.enterVirtual8086(iopl: 3); $0.select(0x48) },
    .init(.codePresent, "the code segment is not present", .segmentNotPresent, 0x08) { $0.flip(1, 0x80) },
    .init(.stackPointerInTask, "the TSS ends in SS0", .invalidTSS, 0x28, from: 3) { $0.registers.tr.limit = 0x8 },
    .init(.stackPointerInTask, "the 16-bit TSS ends in SS0", .invalidTSS, 0x28, from: 3) {
      $0.registers.tr.access = .init(rawValue: 0x83); $0.registers.tr.limit = 0x4
    },
    .init(.stackPointerReadable, "the TSS's page is missing", .pageFault, 0, cr2: 0x4008, from: 3) { $0.memory.fates[4] = .missing },
    .init(.stackPointerReadable, "ESP0 begins in a missing page", .pageFault, 0, cr2: 0x4ffe, from: 3) {
      $0.registers.tr.base = VirtAddr(0x4ffa); $0.memory[0x5002, 2] = 0x10; $0.memory.fates[4] = .missing
    },
    .init(.stackSelector, "SS0 is null", .invalidTSS, 0, from: 3) { $0.memory[0x4008, 2] = 3 },
    .init(.stackInTable, "the GDT ends before SS0", .invalidTSS, 0x58, from: 3) { $0.memory[0x4008, 2] = 0x58 },
    .init(.stackSelectorPrivilege, "RPL 1", .invalidTSS, 0x10, from: 3) { $0.memory[0x4008, 2] = 0x11 },
    .init(.stackReadable, "SS0's page is missing", .pageFault, 0, cr2: 0x3008, from: 3) { $0.memory[0x4008, 2] = 0xc; $0.memory.fates[3] = .missing },
    .init(.stackPrivilege, "DPL 3", .invalidTSS, 0x20, from: 3) { $0.memory[0x4008, 2] = 0x20 },
    .init(.stackType, "SS0 is code", .invalidTSS, 0x08, from: 3) { $0.memory[0x4008, 2] = 0x08 },
    .init(.stackType, "SS0 is read-only", .invalidTSS, 0x10, from: 3) { $0.flip(2, 2) },
    .init(.stackType, "SS0 is a system segment", .invalidTSS, 0x10, from: 3) { $0.flip(2, 0x10) },
    .init(.stackPresent, "SS0 is not present", .stackFault, 0x10, from: 3) { $0.flip(2, 0x80) },
    .init(.stackRoom, "the frame goes over the limit of SS", .stackFault, 0) { $0.registers.ss.limit = 0x6ffe },
    .init(.stackRoom, "the frame goes below 0", .stackFault, 0) { $0.registers.ss.limit = 0x7000; $0.registers.rsp = 8 },
    .init(.stackRoom, "the frame goes below an expand-down segment", .stackFault, 0) {
      $0.registers.ss.access.insert(.conformingOrExpandDown); $0.registers.ss.limit = 0x6ff7
    },
    .init(.stackRoom, "the frame goes over the limit of SS0", .stackFault, 0x10, from: 3) { $0[descriptor: 2] = 0x0040_9300_0000_8ffe },
    .init(.entryPoint, "the handler lies beyond the limit", .generalProtection, 0) { $0[descriptor: 1] = 0x0040_9b00_0000_4fff },
    .init(.stackWritable, "the stack's page is missing", .pageFault, 2, cr2: 0x6ffc) { $0.memory.fates[6] = .missing },
    .init(.stackWritable, "CPL 3 to 3: a user's access", .pageFault, 6, cr2: 0x6ffc, from: 3) { $0.select(0x1b); $0.memory.fates[6] = .missing },
    .init(.stackWritable, "a value crosses into a missing page", .pageFault, 2, cr2: 0x6000) { $0.registers.rsp = 0x6002; $0.memory.fates[6] = .missing },
    .init(.stackWritable, "ESP0's page is read-only", .pageFault, 3, cr2: 0x8ffc, from: 3) { $0.memory.fates[8] = .readOnly },
    .init(.accessedWritable, "the GDT is read-only", .pageFault, 3, cr2: 0x200d) { $0.flip(1, 1); $0.memory.fates[2] = .readOnly },
    .init(.accessedWritable, "the LDT with SS0 is read-only", .pageFault, 3, cr2: 0x300d, from: 3) {
      $0.memory[0x4008, 2] = 0xc; $0.memory[0x3008, 8] = $0[descriptor: 2]
      $0.memory.bytes[0x300d] ^= 1; $0.memory.fates[3] = .readOnly
    },
  ]

  @Test("a check that fails raises its exception, with EXT unless for INT n", arguments: failures)
  func failure(_ check: FailingCheck) { check.verify(.protected) }

  @Test("every rung that protected mode has is tested")
  func coverage() {
    #expect(
      Set(Self.failures.map(\.check))
        == Set(DeliveryCheck.allCases).subtracting([.codeLong]).subtracting(DeliveryCheck.ofTasks))
  }

  /// A delivery: the frame from the bottom up, and what differs in the registers.
  struct Success: Sendable, CustomTestStringConvertible {
    let what: String
    let privilege: UInt8
    let event: Interruption
    let width: Int
    let bottom: UInt64
    let frame: [UInt64]
    let change: @Sendable (inout Scene) -> Void
    let check: @Sendable (inout Registers) -> Void

    init(
      _ what: String, from privilege: UInt8 = 0, _ event: Interruption = int, width: Int = 4,
      bottom: UInt64, _ frame: [UInt64],
      _ change: @escaping @Sendable (inout Scene) -> Void = { _ in },
      check: @escaping @Sendable (inout Registers) -> Void = { _ in }
    ) {
      (self.what, self.privilege, self.event, self.width) = (what, privilege, event, width)
      (self.bottom, self.frame, self.change, self.check) = (bottom, frame, change, check)
    }

    var testDescription: String { what }
  }

  static let int = Interruption.softwareInterrupt(0x30, at: 0x1234, next: 0x1236)
  static let generalProtection = Interruption.fault(.generalProtection, errorCode: 0x18, at: 0x1234)
  static let kernelStack = Registers.Segment.flat(
    selector: 0x10, access: .init(rawValue: 0x93), flags: [.big, .granularity])

  // The flags of the scene are 0x14703 with RF, and 0x4703 without.
  // swift-format-ignore
  static let successes: [Success] = [
    Success("INT n", bottom: 0x6ff4, [0x1236, 0x08, 0x4703]),
    Success("an interrupt", .external(0x30, at: 0x1236), bottom: 0x6ff4, [0x1236, 0x08, 0x1_4703]),
    Success("a fault with an error code", generalProtection, bottom: 0x6ff0, [0x18, 0x1234, 0x08, 0x1_4703]),
    Success("INT 13 has no error code", .softwareInterrupt(13, at: 0x1234, next: 0x1236), bottom: 0x6ff4, [0x1236, 0x08, 0x4703]),
    Success("a trap gate leaves IF", bottom: 0x6ff4, [0x1236, 0x08, 0x4703], { $0.flipGate(0x30, 1) }, check: { $0.rflags.insert(.interrupts) }),
    Success("user to kernel", from: 3, bottom: 0x8fec, [0x1236, 0x1b, 0x4703, 0x7000, 0x23], check: { $0.ss = kernelStack }),
    Success("user to kernel with an error code", from: 3, generalProtection, bottom: 0x8fe8,
      [0x18, 0x1234, 0x1b, 0x1_4703, 0x7000, 0x23], check: { $0.ss = kernelStack }),
    Success("user to privilege 1", from: 3, bottom: 0xcfec, [0x1236, 0x1b, 0x4703, 0x7000, 0x23], { $0.select(0x38) },
      check: {
        $0.ss = .flat(selector: 0x41, access: .init(rawValue: 0xb3), flags: [.big, .granularity])
        ($0.cs.selector, $0.cs.access) = (0x39, .init(rawValue: 0xbb))
      }),
    Success("conforming code runs at the program's privilege", from: 3, bottom: 0x6ff4, [0x1236, 0x1b, 0x4703], { $0.select(0x48) },
      check: { ($0.cs.selector, $0.cs.access) = (0x4b, .init(rawValue: 0x9f)) }),
    Success("a 16-bit gate", width: 2, bottom: 0x6ffa, [0x1236, 0x08, 0x4703],
      { $0.flipGate(0x30, 8); $0.memory[0x1186, 2] = 0x1234 }),
    Success("a 16-bit gate with another stack and an error code", from: 3, generalProtection, width: 2, bottom: 0x8ff4,
      [0x18, 0x1234, 0x1b, 0x4703, 0x7000, 0x23], { $0.flipGate(13, 8) }, check: { $0.ss = kernelStack }),
    Success("a 16-bit TSS", from: 3, bottom: 0x8fec, [0x1236, 0x1b, 0x4703, 0x7000, 0x23],
      { $0.registers.tr.access = .init(rawValue: 0x83); $0.memory[0x4002, 4] = 0x10_9000 }, check: { $0.ss = kernelStack }),
    Success("in a 16-bit stack segment the upper half of ESP stays", bottom: 0x2_6ff4, [0x1236, 0x08, 0x4703],
      { ($0.registers.rsp, $0.registers.ss.flags, $0.registers.ss.limit) = (0x2_7000, [], 0xffff) },
      check: { ($0.ss.flags, $0.ss.limit) = ([], 0xffff) }),
    Success("an expand-down stack segment", bottom: 0x6ff4, [0x1236, 0x08, 0x4703],
      { $0.registers.ss.access.insert(.conformingOrExpandDown); $0.registers.ss.limit = 0x6ff3 },
      check: { $0.ss.access.insert(.conformingOrExpandDown); $0.ss.limit = 0x6ff3 }),
    Success("a stack segment with a base", bottom: 0x5ff4, [0x1236, 0x08, 0x4703],
      { $0.registers.ss.base = VirtAddr(0x1000); $0.registers.rsp = 0x6000 },
      check: { $0.ss.base = VirtAddr(0x1000) }),
    Success("from virtual-8086 mode", from: 3, bottom: 0x8fdc,
      [0x1236, 0x200, 0x2_7703, 0x7000, 0x300, 0x401, 0x402, 0x403, 0x404], { $0.enterVirtual8086(iopl: 3) },
      check: {
        $0.ss = kernelStack
        $0.es = .null(privilege: 0); $0.ds = $0.es; $0.fs = $0.es; $0.gs = $0.es
        $0.rflags = [.alwaysOne, .carry, .direction, RFLAGS(rawValue: 3 << 12)]
      }),
    Success("from virtual-8086 mode, INT3 whatever IOPL is", from: 3, .softwareException(.breakpoint, at: 0x1235, next: 0x1236),
      bottom: 0x8fdc, [0x1236, 0x200, 0x2_4703, 0x7000, 0x300, 0x401, 0x402, 0x403, 0x404],
      { $0.enterVirtual8086(iopl: 0); $0.set(3, $0.gate(0x30)) },
      check: {
        $0.ss = kernelStack
        $0.es = .null(privilege: 0); $0.ds = $0.es; $0.fs = $0.es; $0.gs = $0.es
      }),
  ]

  @Test("a delivery changes what it says and nothing else", arguments: successes)
  func success(_ success: Success) throws {
    var scene = Scene.make(.protected, privilege: success.privilege)
    scene.event = success.event
    success.change(&scene)
    let before = scene.registers

    let plan = try scene.plan()
    scene.memory.apply(plan)
    plan.apply(to: &scene.registers)

    var expected = before
    expected.rip = 0x5000
    expected.rsp = success.bottom
    expected.rflags = [.alwaysOne, .carry, .direction]
    expected.cs = .flat(
      selector: 0x08, access: .init(rawValue: 0x9b), flags: [.big, .granularity])
    success.check(&expected)
    #expect(scene.registers == expected)
    let bottom = plan.frame.address(of: plan.frame.count - 1).value
    #expect(
      scene.memory.values(at: bottom, width: success.width, count: success.frame.count)
        == success.frame)
  }

  @Test("a value that crosses pages is written in two pieces")
  func crossing() throws {
    var scene = Scene.make(.protected)
    scene.registers.rsp = 0x7002
    let plan = try scene.plan()
    var pieces: [DeliveryPlan.Write] = []
    plan.forEachWrite { pieces.append($0) }
    #expect(
      pieces == [
        .init(physical: PhysAddr(0x6ffe), value: 0x4703, bytes: 2),
        .init(physical: PhysAddr(0x7000), value: 0, bytes: 2),
        .init(physical: PhysAddr(0x6ffa), value: 0x08, bytes: 4),
        .init(physical: PhysAddr(0x6ff6), value: 0x1236, bytes: 4),
      ])
  }
}
