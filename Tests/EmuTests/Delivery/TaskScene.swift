// SPDX-License-Identifier: GPL-2.0-or-later
import X86

@testable import Emu

extension Scene {
  /// The protected scene with a second task.
  ///
  /// Its TSS lies at 0xe000 (GDT entry 6), its code begins at 0x5500 and its stack below 0xb000. Vectors
  /// 0x30 and 13 have task gates to it. GDT entry 5 is the running task's busy TSS, 10 the LDT, whose
  /// entry 1 is data. The program's TSS links to the second task, so that IRET goes there if it is busy.
  static func tasks(privilege: UInt8 = 0, taskPrivilege: UInt8 = 0) -> Scene {
    var scene = make(.protected, privilege: privilege)
    scene.registers.gdtr.limit = 0x57
    scene[descriptor: 5] = 0x0000_8b00_4000_0067
    scene[descriptor: 6] = 0x0000_e900_e000_0067
    scene[descriptor: 10] = 0x0000_8200_3000_0017
    scene.memory[0x3008, 8] = 0x00cf_f300_0000_ffff
    scene.memory[0x4000, 2] = 0x30
    for vector in [13, 0x30] as [UInt8] {
      scene.set(vector, GateDescriptor(.taskGate, selector: task, offset: 0, privilegeLevel: 3))
    }
    let selectors: [UInt64] =
      taskPrivilege == 3
      ? [0x20, 0x1b, 0x23, 0x0c, 0, 0x23] : [0x20, 0x08, 0x10, 0x0c, 0, 0x10]
    scene.memory[0xe01c, 4] = 0x7_7000
    scene.memory[0xe020, 4] = 0x5500
    scene.memory[0xe024, 4] = 0x8040
    for number in 0..<8 as Range<UInt64> { scene.memory[0xe028 + 4 * number, 4] = 0xa0 + number }
    scene.memory[0xe038, 4] = 0xb000
    for (number, selector) in selectors.enumerated() {
      scene.memory[0xe048 + 4 * UInt64(number), 4] = 0xdead_0000 | selector
    }
    scene.memory[0xe060, 4] = 0xdead_0050
    return scene
  }

  static let task = SegmentSelector(rawValue: 0x30)

  /// Makes the second TSS one of 16 bits, with the same state.
  mutating func narrowTask() {
    flip(6, 8)
    let fields: [(UInt64, UInt64)] = [
      (0x0e, 0x5500), (0x10, 0x8040), (0x12, 0xa0), (0x14, 0xa1), (0x16, 0xa2), (0x18, 0xa3),
      (0x1a, 0xb000), (0x1c, 0xa5), (0x1e, 0xa6), (0x20, 0xa7), (0x22, 0x20), (0x24, 0x08),
      (0x26, 0x10), (0x28, 0x0c), (0x2a, 0x50),
    ]
    for (offset, value) in fields { memory[0xe000 + offset, 2] = value }
  }

  /// The switch of an instruction in the scene, at 0x1234; IRET finds its task busy.
  func switchTask(
    _ cause: TaskSwitch.Cause, _ selector: UInt16 = 0x30
  ) throws(DeliveryFault) -> TaskSwitch {
    var scene = self
    scene.registers.rip = 0x1234
    if cause == .iret { scene.flip(6, 2) }
    return try Delivery.switchTask(
      cause, to: SegmentSelector(rawValue: selector), next: 0x1236, scene.registers,
      in: scene.memory)
  }

  /// The registers of the second task as it begins, nested or not.
  func arrived(nested: Bool) -> Registers {
    var new = registers
    new.rip = 0x5500
    new.rflags = nested ? [.alwaysOne, .zero, .nestedTask] : [.alwaysOne, .zero]
    (new.rax, new.rcx, new.rdx, new.rbx) = (0xa0, 0xa1, 0xa2, 0xa3)
    (new.rsp, new.rbp, new.rsi, new.rdi) = (0xb000, 0xa5, 0xa6, 0xa7)
    new.cr0.insert(.ts)
    let data = Registers.Segment.flat(
      selector: 0x10, access: .init(rawValue: 0x93), flags: [.big, .granularity])
    new.cs = .flat(selector: 0x08, access: .init(rawValue: 0x9b), flags: [.big, .granularity])
    (new.ss, new.es, new.ds, new.gs) = (data, data, data, data)
    (new.es.selector, new.es.access) = (0x20, .init(rawValue: 0xf3))
    (new.ds.selector, new.ds.access) = (0x0c, .init(rawValue: 0xf3))
    new.fs = .null(privilege: 0)
    new.ldtr = .init(
      selector: 0x50, base: VirtAddr(0x3000), limit: 0x17, access: .init(rawValue: 0x82), flags: [])
    new.tr = .init(
      selector: 0x30, base: VirtAddr(0xe000), limit: 0x67, access: .init(rawValue: 0xeb), flags: [])
    return new
  }
}

extension FakeLinear {
  /// Does what a task switch says.
  mutating func apply(_ task: TaskSwitch) {
    for write in task.writes { self[write.physical.value, Int(write.bytes)] = write.value }
    for byte in task.accessed { bytes[Int(byte.physical.value)] |= 1 }
  }
}

extension DeliveryCheck {
  /// The rungs of task switches.
  static let ofTasks: Set<DeliveryCheck> = [
    .taskPrivilege, .taskGatePresent, .linkReadable, .taskInTable, .taskReadable, .taskType,
    .taskPresent, .taskLimit, .stateReadable, .oldTaskLimit, .tasksWritable, .newPointers,
    .newSegmentSelector, .newSegmentInTable, .newSegmentReadable, .newSegmentType,
    .newSegmentPrivilege, .newSegmentPresent,
  ]
}
