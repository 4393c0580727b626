// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

@Suite("Task switches that fail")
struct TaskFaultTests {
  /// A scene with one thing wrong, and what is raised, with which error code.
  struct Case: Sendable, CustomTestStringConvertible {
    let check: DeliveryCheck
    let testDescription: String
    let exception: Exception
    let code: UInt32
    let cr2: UInt64?
    let cause: TaskSwitch.Cause
    let selector: UInt16
    let privilege: UInt8
    let change: @Sendable (inout Scene) -> Void

    init(
      _ check: DeliveryCheck, _ what: String, _ exception: Exception, _ code: UInt32,
      cr2: UInt64? = nil, by cause: TaskSwitch.Cause = .interruption, _ selector: UInt16 = 0x30,
      from privilege: UInt8 = 0, _ change: @escaping @Sendable (inout Scene) -> Void
    ) {
      (self.check, testDescription, self.exception) = (check, "\(check): \(what)", exception)
      (self.code, self.cr2, self.cause, self.selector) = (code, cr2, cause, selector)
      (self.privilege, self.change) = (privilege, change)
    }

    func fault(isExternal: Bool) -> DeliveryFault {
      guard let cr2 else {
        let code = SelectorErrorCode(rawValue: code | (isExternal ? 1 : 0))
        return DeliveryFault(check, exception, code)
      }
      return DeliveryFault(
        check, pageFault: PageFaultErrorCode(rawValue: code), at: VirtAddr(cr2))
    }
  }

  // Before the point of no return; entries of the GDT are 5 for the old task and 6 for the new one.
  // swift-format-ignore
  static let before: [Case] = [
    Case(.taskPrivilege, "JMP, DPL 0, CPL 3", .generalProtection, 0x30, by: .jump, from: 3) { $0.flip(6, 0x60) },
    Case(.taskPrivilege, "CALL, DPL 0, RPL 3", .generalProtection, 0x30, by: .call, 0x33) { $0.flip(6, 0x60) },
    Case(.taskGatePresent, "JMP to a task gate", .segmentNotPresent, 0x38, by: .jump, 0x38) { $0[descriptor: 7] = 0x6500_0030_0000 },
    Case(.linkReadable, "the old TSS's page is missing", .pageFault, 0, cr2: 0x4000, by: .iret) { $0.memory.fates[4] = .missing },
    Case(.taskInTable, "the LDT", .generalProtection, 0x0c) { $0.select(0x0c) },
    Case(.taskInTable, "the GDT ends before it", .generalProtection, 0x60) { $0.select(0x60) },
    Case(.taskInTable, "IRET to the LDT", .invalidTSS, 0x0c, by: .iret) { $0.memory[0x4000, 2] = 0x0c },
    Case(.taskInTable, "IRET beyond the GDT", .invalidTSS, 0x60, by: .iret) { $0.memory[0x4000, 2] = 0x60 },
    Case(.taskReadable, "the GDT's page is missing", .pageFault, 0, cr2: 0x2030) { $0.memory.fates[2] = .missing },
    Case(.taskType, "null", .generalProtection, 0) { $0.select(0) },
    Case(.taskType, "code", .generalProtection, 0x08) { $0.select(0x08) },
    Case(.taskType, "busy", .generalProtection, 0x30) { $0.flip(6, 2) },
    Case(.taskType, "a busy 16-bit TSS", .generalProtection, 0x30) { $0.flip(6, 2 | 8) },
    Case(.taskType, "IRET to a task that is not busy", .invalidTSS, 0x30, by: .iret) { $0.flip(6, 2) },
    Case(.taskType, "IRET to code", .invalidTSS, 0x08, by: .iret) { $0.memory[0x4000, 2] = 0x08 },
    Case(.taskPresent, "not present", .segmentNotPresent, 0x30) { $0.flip(6, 0x80) },
    Case(.taskPresent, "IRET, not present", .segmentNotPresent, 0x30, by: .iret) { $0.flip(6, 0x80) },
    Case(.taskLimit, "103 bytes", .invalidTSS, 0x30) { $0[descriptor: 6] = 0x0000_e900_e000_0066 },
    Case(.taskLimit, "43 bytes of a 16-bit TSS", .invalidTSS, 0x30) { $0[descriptor: 6] = 0x0000_e100_e000_002a },
    Case(.stateReadable, "the new TSS's page is missing", .pageFault, 0, cr2: 0xe020) { $0.memory.fates[0xe] = .missing },
    Case(.stateReadable, "the new TSS ends in a missing page", .pageFault, 0, cr2: 0xf000) {
      $0[descriptor: 6] = 0x0000_e900_efa0_0067; $0.memory.fates[0xf] = .missing
    },
    Case(.oldTaskLimit, "the old TSS has 103 bytes", .invalidTSS, 0x28) { $0.registers.tr.limit = 0x66 },
    Case(.tasksWritable, "the old TSS is read-only", .pageFault, 3, cr2: 0x4020) { $0.memory.fates[4] = .readOnly },
    Case(.tasksWritable, "the old TSS ends in a missing page", .pageFault, 2, cr2: 0x6000) {
      $0.registers.tr.base = VirtAddr(0x5fd6); $0.memory.fates[6] = .missing
    },
    Case(.tasksWritable, "the new TSS, for the link", .pageFault, 3, cr2: 0xe000) { $0.memory.fates[0xe] = .readOnly },
    Case(.tasksWritable, "the GDT, for the new busy flag", .pageFault, 3, cr2: 0x2035) { $0.memory.fates[2] = .readOnly },
    Case(.tasksWritable, "the GDT, for the old busy flag", .pageFault, 3, cr2: 0x202d, by: .jump) { $0.memory.fates[2] = .readOnly },
  ]

  @Test("before the point of no return change nothing", arguments: before)
  func early(_ test: Case) throws {
    var scene = Scene.tasks(privilege: test.privilege)
    test.change(&scene)
    guard test.cause == .interruption else {
      #expect(throws: test.fault(isExternal: false)) {
        try scene.switchTask(test.cause, test.selector)
      }
      return
    }
    #expect(scene.result == .failure(test.fault(isExternal: false)))
    scene.event = .external(0x30, at: 0x1236)
    #expect(scene.result == .failure(test.fault(isExternal: true)))
  }

  // Behind it: what the new TSS selects, by the selector's place in it.
  // swift-format-ignore
  static let behind: [Case] = [
    Case(.newPointers, "a PDPTE with R/W", .generalProtection, 0) {
      $0.registers.cr0.insert(.pg); $0.registers.cr4 = .pae
      $0.memory.pointersByCR3[0x7_7000] = PointerEntries(0, 0, 3, 0)
    },
    Case(.newSegmentInTable, "the LDT in the LDT", .invalidTSS, 0x0c) { $0.memory[0xe060, 2] = 0x0c },
    Case(.newSegmentInTable, "the LDT beyond the GDT", .invalidTSS, 0x58) { $0.memory[0xe060, 2] = 0x58 },
    Case(.newSegmentReadable, "the LDT's descriptor", .pageFault, 0, cr2: 0x2050) {
      $0.registers.cr0.insert(.pg); $0.memory.fatesByCR3[0x7_7000] = [2: .missing]
    },
    Case(.newSegmentType, "the LDT is a TSS", .invalidTSS, 0x28) { $0.memory[0xe060, 2] = 0x28 },
    Case(.newSegmentPresent, "the LDT", .invalidTSS, 0x50) { $0.flip(10, 0x80) },
    Case(.newSegmentSelector, "CS is null", .invalidTSS, 0) { $0.memory[0xe04c, 2] = 0 },
    Case(.newSegmentInTable, "CS", .invalidTSS, 0x58) { $0.memory[0xe04c, 2] = 0x58 },
    Case(.newSegmentType, "CS is data", .invalidTSS, 0x10) { $0.memory[0xe04c, 2] = 0x10 },
    Case(.newSegmentPrivilege, "CS has RPL 0, DPL 3", .invalidTSS, 0x18) { $0.memory[0xe04c, 2] = 0x18 },
    Case(.newSegmentPrivilege, "conforming CS has RPL 0, DPL 3", .invalidTSS, 0x18) { $0.memory[0xe04c, 2] = 0x18; $0.flip(3, 4) },
    Case(.newSegmentPresent, "CS", .segmentNotPresent, 0x38) { $0.memory[0xe04c, 2] = 0x39; $0.flip(7, 0x80) },
    Case(.newSegmentSelector, "SS is null", .invalidTSS, 0) { $0.memory[0xe050, 2] = 0 },
    Case(.newSegmentInTable, "SS", .invalidTSS, 0x1c) { $0.memory[0xe050, 2] = 0x1c },
    Case(.newSegmentReadable, "the LDT with SS", .pageFault, 0, cr2: 0x3008) {
      $0.registers.cr0.insert(.pg); $0.memory[0xe050, 2] = 0x0c; $0.memory.fatesByCR3[0x7_7000] = [3: .missing]
    },
    Case(.newSegmentType, "SS is read-only", .invalidTSS, 0x10) { $0.flip(2, 2) },
    Case(.newSegmentType, "SS is code", .invalidTSS, 0x08) { $0.memory[0xe050, 2] = 0x08 },
    Case(.newSegmentPrivilege, "SS has DPL 3", .invalidTSS, 0x20) { $0.memory[0xe050, 2] = 0x20 },
    Case(.newSegmentPrivilege, "SS has RPL 1", .invalidTSS, 0x10) { $0.memory[0xe050, 2] = 0x11 },
    Case(.newSegmentPresent, "SS", .stackFault, 0x10) { $0.flip(2, 0x80) },
    Case(.newSegmentInTable, "ES", .invalidTSS, 0x58) { $0.memory[0xe048, 2] = 0x58 },
    Case(.newSegmentType, "ES is a TSS", .invalidTSS, 0x30) { $0.memory[0xe048, 2] = 0x30 },
    Case(.newSegmentType, "DS is code that cannot be read", .invalidTSS, 0x18) { $0.memory[0xe054, 2] = 0x18; $0.flip(3, 2) },
    Case(.newSegmentPrivilege, "FS has DPL 0, RPL 3", .invalidTSS, 0x10) { $0.memory[0xe058, 2] = 0x13 },
    Case(.newSegmentPresent, "GS", .segmentNotPresent, 0x40) { $0.memory[0xe05c, 2] = 0x40; $0.flip(8, 0x80) },
    Case(.accessedWritable, "ES", .pageFault, 3, cr2: 0x2025) {
      $0.registers.cr0.insert(.pg); $0.flip(4, 1); $0.memory.fatesByCR3[0x7_7000] = [2: .readOnly]
    },
    Case(.entryPoint, "EIP beyond CS", .generalProtection, 0) { $0[descriptor: 1] = 0x0040_9b00_0000_54ff },
  ]

  @Test("behind it are the new task's", arguments: behind)
  func late(_ test: Case) throws {
    var scene = Scene.tasks()
    test.change(&scene)
    let jump = try scene.switchTask(.jump)
    #expect(jump.fault == test.fault(isExternal: false))

    scene.event = .fault(.generalProtection, errorCode: 0x18, at: 0x1234)
    let task = try #require(try scene.plan().task)
    #expect(task.fault == test.fault(isExternal: true))
    #expect(task.registers.rip == 0x5500 && task.registers.tr.selector == 0x30)
    #expect(task.registers.cr2.value == test.cr2 ?? 0)
    scene.memory.apply(task)
    #expect(scene.memory[0x4020, 4] == 0x1234 && scene.memory[0xe000, 2] == 0x28)
  }

  @Test("behind it are the new task's, if there is no room for the error code")
  func noRoom() throws {
    var scene = Scene.tasks()
    scene[descriptor: 2] = 0x0040_9300_0000_affe
    scene.event = .fault(.generalProtection, errorCode: 0x18, at: 0x1234)
    let fault = DeliveryFault(.stackRoom, .stackFault, SelectorErrorCode(isExternal: true))
    #expect(try scene.plan().task?.fault == fault)
    #expect(try scene.plan().rsp == 0xb000)
    scene.event = .external(0x30, at: 0x1234)
    #expect(try scene.plan().task?.fault == nil)
  }

  @Test("leave the segment registers that are still to be loaded with a selector alone")
  func unloaded() throws {
    var scene = Scene.tasks(taskPrivilege: 3)
    scene.memory[0xe048, 2] = 0x58
    let new = try scene.switchTask(.jump).registers
    #expect(new.cs.limit == ~0 && new.ss.limit == ~0)
    var empty = Registers.Segment.null(privilege: 3)
    empty.selector = 0x58
    #expect(new.es == empty)
    empty.selector = 0x0c
    #expect(new.ds == empty)
  }

  @Test("every rung of a task switch is tested")
  func coverage() {
    #expect(
      Set((Self.before + Self.behind).map(\.check)).intersection(DeliveryCheck.ofTasks)
        == DeliveryCheck.ofTasks)
  }

  @Test("are told from the other far JMPs and CALLs by the descriptor")
  func isTask() {
    var scene = Scene.tasks()
    scene[descriptor: 7] = 0x0000_e500_0030_0000
    let found = (0..<12).filter {
      Delivery.isTask(SegmentSelector(index: $0), scene.registers, in: scene.memory)
    }
    #expect(found == [6, 7])
  }
}
