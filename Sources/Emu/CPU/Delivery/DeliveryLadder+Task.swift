// SPDX-License-Identifier: GPL-2.0-or-later
import X86

// Task switches (Intel SDM Vol. 3A §7.3 "Task Switching", Table 7-1 "Exception Conditions Checked During
// a Task Switch"; Vol. 2A, INT n, JMP, CALL and IRET, "Operation", TASK-GATE, TASK-STATE-SEGMENT,
// TASK-RETURN):
//
//     gate or link ─▶ selector ─▶ TSS descriptor ─▶ TSS ─▶ state, read
//               TR ─▶ TSS ◀─ state, saved; the link and the busy flags, written
//     ───────────────── no return: faults from here on are the new task's ─────────────────
//     CR3 ─▶ LDTR ─▶ CS, SS, ES, DS, FS, GS ─▶ error code pushed

extension DeliveryLadder {
  /// Goes through a task gate of the IDT, whose type, privilege and presence are right.
  mutating func climbTask(
    _ gate: GateDescriptor, at gateAddress: VirtAddr, from old: UInt8, _ registers: Registers
  ) throws(DeliveryFault) -> DeliveryPlan {
    let task = try switchTask(
      .interruption, to: gate.selector, flags: event.flagsImage(of: registers.rflags), registers)
    let new = task.registers
    return DeliveryPlan(
      event: event, gate: gate, gateAddress: gateAddress, oldPrivilege: old,
      newPrivilege: new.privilegeLevel, stack: .newTask, frame: task.frame, cs: new.cs, ss: new.ss,
      rip: new.rip, rsp: new.rsp, rflags: new.rflags, clearsDataSegments: false,
      accessed: task.accessed, touched: task.touched, pages: FramePages(), far: FarTaskSwitch(task))
  }

  /// The TSS that an instruction means.
  mutating func target(
    of cause: TaskSwitch.Cause, _ selector: SegmentSelector, _ registers: Registers
  ) throws(DeliveryFault) -> SegmentSelector {
    if cause == .iret {
      let link = registers.linear(registers.tr.base, 0)
      let raw = try read(link, bytes: 2, for: .linkReadable, noCode)
      return SegmentSelector(rawValue: UInt16(truncatingIfNeeded: raw))
    }
    let found = try descriptor(
      selector, registers, inTable: .taskInTable, readable: .taskReadable, .generalProtection)
    let access = found.descriptor.access
    guard access.privilegeLevel >= max(registers.privilegeLevel, selector.rpl) else {
      throw DeliveryFault(.taskPrivilege, .generalProtection, code(selector))
    }
    guard SystemSegmentType(access) == .taskGate else { return selector }
    guard access.contains(.present) else {
      throw DeliveryFault(.taskGatePresent, .segmentNotPresent, code(selector))
    }
    return GateDescriptor(low: found.descriptor.rawValue).selector
  }

  /// Plans the switch to the TSS of `selector`; `flags` are saved for the old task.
  mutating func switchTask(
    _ cause: TaskSwitch.Cause, to selector: SegmentSelector, flags: RFLAGS, _ registers: Registers
  ) throws(DeliveryFault) -> TaskSwitch {
    let (found, layout) = try taskSegment(selector, cause, registers)
    let state = try TaskState(
      reading: layout, at: VirtAddr(UInt64(found.descriptor.base)), registers, by: &self)

    var writes = PlannedWrites()
    let saved = cause == .iret ? flags.subtracting(.nestedTask) : flags
    try save(registers, saved, in: &writes)
    if !cause.nests {
      let old = SegmentSelector(rawValue: registers.tr.selector)
      try setBusy(false, at: registers.linear(registers.gdtr.base, old.offset), registers, &writes)
    } else {
      let link = VirtAddr(UInt64(found.descriptor.base))
      try write(UInt64(registers.tr.selector), bytes: 2, at: link, in: &writes)
    }
    if cause != .iret { try setBusy(true, at: found.address, registers, &writes) }

    // The point of no return.
    var new = state.registers(after: registers, nested: cause.nests)
    new.tr = found.loaded(selector, rpl: selector.rpl)
    new.tr.access.insert(.busy)
    let errorCode = cause == .interruption ? event.errorCode : nil
    let arrival = arrive(&new, state, errorCode, width: UInt64(layout.width))
    if let fault = arrival.fault {
      new.cr2 = fault.address ?? new.cr2
    } else if state.traps {
      new.dr6.insert(.taskSwitch)
    }
    return TaskSwitch(
      cause: cause, from: registers.tr, registers: new, fault: arrival.fault,
      traps: arrival.fault == nil && state.traps, frame: arrival.frame,
      writes: writes.list + arrival.writes.list, touched: touched, touchedThere: arrival.touched,
      accessed: arrival.accessed)
  }

  /// Reads and checks the descriptor of the new task's TSS.
  private mutating func taskSegment(
    _ selector: SegmentSelector, _ cause: TaskSwitch.Cause, _ registers: Registers
  ) throws(DeliveryFault) -> (Found, TaskStateSegment.Layout) {
    let wrong: Exception = cause == .iret ? .invalidTSS : .generalProtection
    guard selector.table == .global else {
      throw DeliveryFault(.taskInTable, wrong, code(selector))
    }
    let found = try descriptor(
      selector, registers, inTable: .taskInTable, readable: .taskReadable, wrong)
    let layout: TaskStateSegment.Layout
    switch (SystemSegmentType(found.descriptor.access), cause) {
    case (.busyTSS, .iret): layout = .wide
    case (.busyTSS16, .iret): layout = .narrow
    case (_, .iret): throw DeliveryFault(.taskType, wrong, code(selector))
    case (.availableTSS, _): layout = .wide
    case (.availableTSS16, _): layout = .narrow
    default: throw DeliveryFault(.taskType, wrong, code(selector))
    }
    guard found.descriptor.access.contains(.present) else {
      throw DeliveryFault(.taskPresent, .segmentNotPresent, code(selector))
    }
    guard found.descriptor.byteLimit >= layout.lowestLimit else {
      throw DeliveryFault(.taskLimit, .invalidTSS, code(selector))
    }
    return (found, layout)
  }

  /// Saves the old task's state in its TSS.
  private mutating func save(
    _ registers: Registers, _ flags: RFLAGS, in writes: inout PlannedWrites
  ) throws(DeliveryFault) {
    let layout = TaskStateSegment.Layout(of: registers.tr)
    guard registers.tr.limit >= layout.lowestLimit else {
      let task = SegmentSelector(rawValue: registers.tr.selector)
      throw DeliveryFault(.oldTaskLimit, .invalidTSS, code(task))
    }
    func field(_ offset: UInt32) -> VirtAddr { registers.linear(registers.tr.base, UInt64(offset)) }
    let width = UInt64(layout.width)
    try write(event.rip, bytes: width, at: field(layout.instruction), in: &writes)
    try write(flags.rawValue, bytes: width, at: field(layout.flags), in: &writes)
    for (number, register) in TaskState.general.enumerated() {
      let place = field(layout.registers + UInt32(number) * layout.width)
      try write(registers[keyPath: register], bytes: width, at: place, in: &writes)
    }
    for (number, segment) in TaskState.segments.prefix(layout.segmentCount).enumerated() {
      let place = field(layout.segments + UInt32(number) * layout.width)
      let selector = registers[keyPath: segment].selector
      try write(UInt64(selector), bytes: 2, at: place, in: &writes)
    }
  }

  /// Marks the TSS descriptor at `address` as busy or available.
  private mutating func setBusy(
    _ busy: Bool, at address: VirtAddr, _ registers: Registers, _ writes: inout PlannedWrites
  ) throws(DeliveryFault) {
    let place = registers.linear(address, 5)
    let raw = try read(place, bytes: 1, for: .taskReadable, noCode)
    var access = SegmentDescriptor.Access(rawValue: UInt8(truncatingIfNeeded: raw))
    if busy { access.insert(.busy) } else { access.remove(.busy) }
    try write(UInt64(access.rawValue), bytes: 1, at: place, in: &writes)
  }

  /// Plans to write the lowest `bytes` of `value` at `address`, in pieces of one page.
  mutating func write(
    _ value: UInt64, bytes: UInt64, at address: VirtAddr,
    as privilege: PageAccess.Privilege = .implicitSupervisor,
    for check: DeliveryCheck = .tasksWritable, in writes: inout PlannedWrites
  ) throws(DeliveryFault) {
    let inPage = min(bytes, 0x1000 - address.value & 0xfff)
    if !writes.havePage(of: address) {
      let access = PageAccess(.write, as: privilege)
      let place = try translate(address, access, check, .generalProtection, noCode)
      writes.setPage(of: address, at: place)
    }
    writes.append(value, bytes: inPage, at: address)
    guard inPage < bytes else { return }
    let rest = VirtAddr((address.value &+ inPage) & 0xffff_ffff)
    try write(
      value >> (inPage * 8), bytes: bytes - inPage, at: rest, as: privilege, for: check,
      in: &writes)
  }
}

/// Writes in the making; those of a task switch lie close together.
struct PlannedWrites {
  private(set) var list: [DeliveryPlan.Write] = []
  private var page: UInt64 = ~0
  private var frame = PhysAddr(0)

  func havePage(of address: VirtAddr) -> Bool { address.value >> 12 == page }

  mutating func setPage(of address: VirtAddr, at physical: PhysAddr) {
    page = address.value >> 12
    frame = PhysAddr(physical.value & ~0xfff)
  }

  mutating func append(_ value: UInt64, bytes: UInt64, at address: VirtAddr) {
    let mask: UInt64 = bytes == 8 ? ~0 : 1 << (bytes * 8) - 1
    list.append(
      DeliveryPlan.Write(
        physical: frame + (address.value & 0xfff), value: value & mask, bytes: bytes))
  }
}

extension SegmentDescriptor.Access {
  /// Of a TSS descriptor: its task runs or waits (Intel SDM Vol. 3A §7.2.2 "TSS Descriptor").
  static let busy = SegmentDescriptor.Access(rawValue: 1 << 1)
}

extension TaskStateSegment.Layout {
  /// The layout of the TSS that is in TR.
  init(of task: Registers.Segment) {
    // swift-format-ignore
    switch SystemSegmentType(task.access) {
    case .availableTSS16, .busyTSS16: self = .narrow
    default:                          self = .wide
    }
  }
}
