// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

@Suite("Task switches")
struct TaskSwitchTests {
  @Test("a task gate leads to the new task, nested, with NT, TS and the busy flag")
  func gate() throws {
    var scene = Scene.tasks()
    let before = scene
    let plan = try scene.plan()
    scene.memory.apply(plan)
    plan.apply(to: &scene.registers)
    #expect(scene.registers == before.arrived(nested: true))
    #expect(plan.stack == .newTask && plan.frame.count == 0 && plan.task?.fault == nil)

    // What INT n leaves of the old task: RF is not pushed, and so not saved.
    var expected = before.memory
    let saved: [(UInt64, Int, UInt64)] = [
      (0x4020, 4, 0x1236), (0x4024, 4, 0x4703), (0x4028, 4, 1), (0x402c, 4, 2), (0x4030, 4, 3),
      (0x4034, 4, 4), (0x4038, 4, 0x7000), (0x403c, 4, 5), (0x4040, 4, 6), (0x4044, 4, 7),
      (0x4048, 2, 0x10), (0x404c, 2, 0x08), (0x4050, 2, 0x10), (0x4054, 2, 0x10),
      (0x4058, 2, 0x10), (0x405c, 2, 0x10), (0xe000, 2, 0x28), (0x2035, 1, 0xeb),
    ]
    for (address, count, value) in saved { expected[address, count] = value }
    #expect(scene.memory == expected)
  }

  /// What a switch leaves in the two TSS descriptors, the link and the old task's flags.
  struct Trace: Equatable { let old, new, link, flags, rip: UInt64 }

  static let causes: [(TaskSwitch.Cause, Trace)] = [
    (.jump, Trace(old: 0x89, new: 0xeb, link: 0, flags: 0x1_4703, rip: 0x1236)),
    (.call, Trace(old: 0x8b, new: 0xeb, link: 0x28, flags: 0x1_4703, rip: 0x1236)),
    (.iret, Trace(old: 0x89, new: 0xeb, link: 0, flags: 0x1_0703, rip: 0x1236)),
  ]

  @Test("JMP, CALL and IRET differ in busy flags, link and NT", arguments: causes)
  func instructions(_ cause: TaskSwitch.Cause, _ trace: Trace) throws {
    var scene = Scene.tasks()
    let task = try scene.switchTask(cause)
    if cause == .iret { scene.flip(6, 2) }
    scene.memory.apply(task)
    #expect(task.registers == scene.arrived(nested: cause == .call))
    #expect(
      trace
        == Trace(
          old: scene.memory[0x202d, 1], new: scene.memory[0x2035, 1],
          link: scene.memory[0xe000, 2], flags: scene.memory[0x4024, 4],
          rip: scene.memory[0x4020, 4]))
    #expect(task.from == scene.registers.tr && task.fault == nil && !task.traps)
  }

  @Test("JMP and CALL go through a task gate of the GDT, whose DPL counts and not the TSS's")
  func gateInTable() throws {
    var scene = Scene.tasks(privilege: 3)
    scene[descriptor: 7] = 0x0000_e500_0030_0000
    scene.flip(6, 0x60)
    #expect(try scene.switchTask(.call, 0x3b).registers.tr.selector == 0x30)
    #expect(
      throws: DeliveryFault(
        .taskPrivilege, .generalProtection, SelectorErrorCode(rawValue: 0x30))
    ) { try scene.switchTask(.call, 0x33) }
  }

  @Test("a fault saves RF, its own address, and pushes its error code on the new stack")
  func errorCode() throws {
    var scene = Scene.tasks()
    scene.event = .fault(.generalProtection, errorCode: 0x18, at: 0x1234)
    let plan = try scene.plan()
    scene.memory.apply(plan)
    #expect(scene.memory[0x4020, 4] == 0x1234 && scene.memory[0x4024, 4] == 0x1_4703)
    #expect(plan.rsp == 0xaffc && plan.task?.registers.rsp == 0xaffc)
    #expect(scene.memory[0xaffc, 4] == 0x18)
    #expect(plan.frame.count == 1 && plan.frame[0] == 0x18)
  }

  @Test("a task of ring 3 has its own stack pushed to as a user")
  func userTask() throws {
    var scene = Scene.tasks(taskPrivilege: 3)
    scene.event = .fault(.generalProtection, errorCode: 0x18, at: 0x1234)
    scene.memory.fates[0xa] = .untouched
    let plan = try scene.plan()
    #expect(plan.newPrivilege == 3 && plan.cs.selector == 0x1b && plan.ss.selector == 0x23)
    #expect(
      plan.task?.touchedThere == [
        PageTouch(address: VirtAddr(0xaffc), access: PageAccess(.write, as: .user))
      ])
  }

  @Test("a 16-bit TSS has no CR3, T, FS and GS, and pushes 16 bits")
  func narrow() throws {
    var scene = Scene.tasks()
    scene.narrowTask()
    scene.registers.cr0.insert(.pg)
    scene.registers.cr3 = 0x1_1000
    scene.memory.bytes[0xe064] = 1
    scene.registers.rbp = 0x1234_5678
    scene.event = .fault(.generalProtection, errorCode: 0x18, at: 0x1234)
    let task = try #require(try scene.plan().task)
    var expected = scene.arrived(nested: true)
    expected.rbp = 0x1234_00a5
    expected.rsp = 0xaffe
    expected.gs = .null(privilege: 0)
    expected.tr.access = .init(rawValue: 0xe3)
    #expect(task.registers == expected && task.fault == nil && !task.traps)
    scene.memory.apply(task)
    #expect(scene.memory[0xaffe, 2] == 0x18)
  }

  @Test("a 16-bit TSS takes the old task's state in 16 bits")
  func saveNarrow() throws {
    var scene = Scene.tasks()
    scene.registers.tr.access = .init(rawValue: 0x83)
    scene.registers.tr.limit = 0x2b
    let before = scene.memory
    scene.memory.apply(try scene.plan())
    #expect(
      scene.memory.values(at: 0x400e, width: 2, count: 14) == [
        0x1236, 0x4703, 1, 2, 3, 4, 0x7000, 5, 6, 7, 0x10, 0x08, 0x10, 0x10,
      ])
    #expect(scene.memory.bytes[0x402a..<0x4100] == before.bytes[0x402a..<0x4100])
  }

  @Test("to and from virtual-8086 mode, segments are their selectors")
  func virtual8086() throws {
    var scene = Scene.tasks(privilege: 3)
    scene.enterVirtual8086(iopl: 3)
    scene.memory[0xe024, 4] = 0x2_0002
    let task = try #require(try scene.plan().task)
    scene.memory.apply(task)
    #expect(
      scene.memory.values(at: 0x4048, width: 4, count: 6).map { $0 & 0xffff }
        == [0x401, 0x200, 0x300, 0x402, 0x403, 0x404])
    #expect(
      task.registers.cs
        == .init(
          selector: 0x08, base: VirtAddr(0x80), limit: 0xffff, access: .init(rawValue: 0xf3),
          flags: []))
    #expect(task.registers.privilegeLevel == 3 && task.registers.fs.selector == 0)
    #expect(task.registers.ldtr.base == VirtAddr(0x3000) && task.fault == nil)
  }

  @Test("T raises a debug exception with BT, and the local breakpoints are gone")
  func trap() throws {
    var scene = Scene.tasks()
    scene.memory.bytes[0xe064] = 1
    scene.registers.dr7 = DR7(rawValue: 0x7ff)
    let task = try scene.switchTask(.jump)
    #expect(task.traps && task.registers.dr6 == [.reset, .taskSwitch])
    #expect(task.registers.dr7 == DR7(rawValue: 0x7aa))
    scene.memory[0xe04c, 2] = 0
    let faulted = try scene.switchTask(.jump)
    #expect(!faulted.traps && faulted.registers.dr6 == .reset && faulted.fault != nil)
  }

  @Test("with paging CR3 is loaded, and what follows is looked up in the new address space")
  func addressSpace() throws {
    var scene = Scene.tasks()
    scene.registers.cr0.insert(.pg)
    scene.registers.cr3 = 0x1_1000
    scene.memory.fatesByCR3[0x7_7000] = [4: .missing, 2: .untouched]
    let task = try scene.switchTask(.jump)
    #expect(task.registers.cr3 == 0x7_7000 && task.fault == nil)
    #expect(task.touched == [])
    // The LDT's descriptor, and, behind the LDT's page with DS, that of GS.
    let read = PageAccess(.read, as: .implicitSupervisor)
    #expect(
      task.touchedThere == [
        PageTouch(address: VirtAddr(0x2050), access: read),
        PageTouch(address: VirtAddr(0x2010), access: read),
      ])
  }

  @Test("PAE paging: the pointers of the new CR3 are loaded")
  func pointers() throws {
    var scene = Scene.tasks()
    scene.registers.cr0.insert(.pg)
    scene.registers.cr4 = .pae
    let entries = PointerEntries(0x1001, 0, 0, 0x2001)
    scene.memory.pointersByCR3[0x7_7000] = entries
    #expect(try scene.switchTask(.jump).registers.pointers == entries)
  }

  @Test("accessed bits of the segments that are loaded are set")
  func accessed() throws {
    var scene = Scene.tasks()
    scene.flip(1, 1)
    scene.flip(4, 1)
    scene.memory.apply(try scene.switchTask(.jump))
    #expect(scene.memory.bytes[0x200d] == 0x9b && scene.memory.bytes[0x2025] == 0xf3)
  }
}
