// SPDX-License-Identifier: GPL-2.0-or-later
import X86

// Protected mode, outside IA-32e mode (Intel SDM Vol. 2A, INT n, "Operation", PROTECTED-MODE; Vol. 3A
// §6.12 "Exception and Interrupt Handling"), from virtual-8086 mode too (Vol. 3B §20.3.1 "Class
// 1—Hardware Interrupt and Exception Handling in Virtual-8086 Mode"). Virtual-8086 mode extensions
// (CR4.VME) do not exist on the processor modelled. Task gates lead to DeliveryLadder+Task.swift.
//
//     IDTR ─▶ gate ─┬─▶ selector ─▶ code descriptor ─▶ CS, new CPL
//                   └─▶ offset ───────────────────────▶ EIP
//             new CPL < CPL ─▶ TSS ─▶ SS:ESP ─▶ stack descriptor
//             new CPL = CPL ─▶ SS:ESP as they are

extension DeliveryLadder {
  mutating func climbProtected(_ registers: Registers) throws(DeliveryFault) -> DeliveryPlan {
    let old = registers.privilegeLevel
    let isVirtual = registers.rflags.contains(.virtual8086)
    if isVirtual && event.kind == .softwareInterrupt && registers.rflags.ioPrivilegeLevel < 3 {
      throw DeliveryFault(.virtual8086, .generalProtection, noCode)
    }
    let (gate, gateAddress) = try gate(registers, size: 8)
    if gate.type == .taskGate {
      try check(gate, privilege: old)
      return try climbTask(gate, at: gateAddress, from: old, registers)
    }
    guard let width = gate.frameWidth else {
      throw DeliveryFault(.gateType, .generalProtection, vectorCode)
    }
    try check(gate, privilege: old)
    let code = try codeSegment(gate.selector, registers, privilege: old, isLong: false)
    let new = privilege(of: code, from: old)
    if isVirtual && new != 0 {
      throw DeliveryFault(.codePrivilege, .generalProtection, self.code(gate.selector))
    }

    let stack = try stack(from: old, to: new, registers)
    let frame = frame(on: stack, width: width, isVirtual: isVirtual, registers)
    guard frame.fits(in: stack.segment) else {
      let isNew = stack.found != nil
      throw DeliveryFault(
        .stackRoom, .stackFault,
        isNew ? self.code(SegmentSelector(rawValue: stack.segment.selector)) : noCode)
    }
    let offset = width == 2 ? gate.offset & 0xffff : gate.offset
    guard offset <= UInt64(code.descriptor.byteLimit) else {
      throw DeliveryFault(.entryPoint, .generalProtection, noCode)
    }
    try checkWrites(
      of: frame, privilege: pushPrivilege(from: old, to: new, registers.rflags))
    var accessed: [DeliveryPlan.AccessedDescriptor] = []
    try markAccessed(code, in: &accessed, registers)
    if let found = stack.found { try markAccessed(found, in: &accessed, registers) }

    return DeliveryPlan(
      event: event, gate: gate, gateAddress: gateAddress, oldPrivilege: old, newPrivilege: new,
      stack: stack.found == nil ? .current : .task(new), frame: frame,
      cs: code.loaded(gate.selector, rpl: new), ss: stack.segment, rip: offset,
      rsp: stack.segment.pointer(stack.pointer, movedTo: frame.bottom),
      rflags: gate.handlerFlags(of: registers.rflags), clearsDataSegments: isVirtual,
      accessed: accessed, touched: touched, pages: pages)
  }

  /// A stack to push on.
  private struct Stack {
    let segment: Registers.Segment
    let pointer: UInt64
    /// Its descriptor; nil for the stack that is in use.
    let found: Found?
  }

  /// The handler's stack: the program's, or that of the TSS for a higher privilege.
  private mutating func stack(
    from old: UInt8, to new: UInt8, _ registers: Registers
  ) throws(DeliveryFault) -> Stack {
    guard new < old else {
      return Stack(segment: registers.ss, pointer: registers.rsp & 0xffff_ffff, found: nil)
    }
    let (selector, pointer) = try taskStack(new, registers)
    let found = try stackSegment(selector, privilege: new, registers)
    return Stack(segment: found.loaded(selector, rpl: new), pointer: pointer, found: found)
  }

  /// SS and ESP for privilege `level` from the current TSS (Intel SDM Vol. 3A §7.2.1 "Task-State
  /// Segment (TSS)", §7.6 "16-Bit Task-State Segment (TSS)").
  ///
  /// Both must lie within the limit before either is read.
  mutating func taskStack(
    _ level: UInt8, _ registers: Registers
  ) throws(DeliveryFault) -> (SegmentSelector, UInt64) {
    let pointer: UInt64
    let selector: UInt64
    switch SystemSegmentType(registers.tr.access) {
    case .availableTSS16, .busyTSS16:
      selector = try readTask(TaskStateSegment.Narrow.ss(level), bytes: 2, registers)
      pointer = try readTask(TaskStateSegment.Narrow.sp(level), bytes: 2, registers)
    default:
      selector = try readTask(TaskStateSegment.Wide.ss(level), bytes: 2, registers)
      pointer = try readTask(TaskStateSegment.Wide.esp(level), bytes: 4, registers)
    }
    return (SegmentSelector(rawValue: UInt16(truncatingIfNeeded: selector)), pointer)
  }

  /// Reads and checks the descriptor of the new stack segment.
  private mutating func stackSegment(
    _ selector: SegmentSelector, privilege: UInt8, _ registers: Registers
  ) throws(DeliveryFault) -> Found {
    guard !selector.isNull else { throw DeliveryFault(.stackSelector, .invalidTSS, noCode) }
    let found = try descriptor(
      selector, registers, inTable: .stackInTable, readable: .stackReadable, .invalidTSS)
    guard selector.rpl == privilege else {
      throw DeliveryFault(.stackSelectorPrivilege, .invalidTSS, code(selector))
    }
    let access = found.descriptor.access
    guard access.privilegeLevel == privilege else {
      throw DeliveryFault(.stackPrivilege, .invalidTSS, code(selector))
    }
    guard access.contains([.codeOrData, .readableOrWritable]), !access.contains(.code) else {
      throw DeliveryFault(.stackType, .invalidTSS, code(selector))
    }
    guard access.contains(.present) else {
      throw DeliveryFault(.stackPresent, .stackFault, code(selector))
    }
    return found
  }

  private func frame(
    on stack: Stack, width: UInt64, isVirtual: Bool, _ registers: Registers
  ) -> InterruptFrame {
    var frame = InterruptFrame(
      width: width, top: stack.pointer, base: stack.segment.base, mask: stack.segment.pointerMask)
    if isVirtual {
      frame.push(UInt64(registers.gs.selector))
      frame.push(UInt64(registers.fs.selector))
      frame.push(UInt64(registers.ds.selector))
      frame.push(UInt64(registers.es.selector))
    }
    if stack.found != nil {
      frame.push(UInt64(registers.ss.selector))
      frame.push(registers.rsp)
    }
    frame.push(event.flagsImage(of: registers.rflags).rawValue)
    frame.push(UInt64(registers.cs.selector))
    frame.push(event.rip)
    if let errorCode = event.errorCode { frame.push(UInt64(errorCode)) }
    return frame
  }
}

extension GateDescriptor {
  /// The bytes of one push through this gate: 4, or 2 for a 16-bit gate; nil if it is neither an
  /// interrupt nor a trap gate.
  fileprivate var frameWidth: UInt64? {
    switch type {
    case .interruptGate, .trapGate: 4
    case .interruptGate16, .trapGate16: 2
    default: nil
    }
  }
}
