// SPDX-License-Identifier: GPL-2.0-or-later
import X86

// IA-32e mode (Intel SDM Vol. 2A, INT n, "Operation", IA-32e-MODE; Vol. 3A §6.14 "Exception and
// Interrupt Handling in 64-bit Mode"):
//
//     IDTR ─▶ gate ─┬─▶ selector ─▶ code descriptor ─▶ CS, new CPL
//                   ├─▶ offset ───────────────────────▶ RIP
//                   └─▶ IST ─┐
//                            ├─▶ TSS or RSP, aligned ─▶ RSP, below SS RSP RFLAGS CS RIP [code]
//             new CPL < CPL ─┘

extension DeliveryLadder {
  @inline(never)
  mutating func climbLong(_ registers: Registers) throws(DeliveryFault) -> DeliveryPlan {
    let old = registers.privilegeLevel
    let (gate, gateAddress) = try gate(registers, size: 16)
    guard gate.access.rawValue & 0x1e == SystemSegmentType.interruptGate.rawValue else {
      throw DeliveryFault(.gateType, .generalProtection, vectorCode)
    }
    try check(gate, privilege: old)
    let code = try codeSegment(gate.selector, registers, privilege: old, isLong: true)
    let new = privilege(of: code, from: old)

    let (stack, pointer) = try longStack(gate, from: old, to: new, registers)
    let frame = longFrame(below: pointer & ~0xf, registers)
    // The frame is smaller than the hole, so its ends decide.
    guard VirtAddr(pointer).isCanonical, VirtAddr(frame.bottom).isCanonical else {
      throw DeliveryFault(.stackRoom, .stackFault, noCode)
    }
    guard VirtAddr(gate.offset).isCanonical else {
      throw DeliveryFault(.entryPoint, .generalProtection, noCode)
    }
    try checkWrites(
      of: frame, privilege: pushPrivilege(from: old, to: new, registers.rflags))
    var accessed: [DeliveryPlan.AccessedDescriptor] = []
    try markAccessed(code, in: &accessed, registers)

    // 64-bit mode takes the base of CS for 0, whatever the descriptor says.
    var cs = code.loaded(gate.selector, rpl: new)
    cs.base = VirtAddr(0)
    return DeliveryPlan(
      event: event, gate: gate, gateAddress: gateAddress, oldPrivilege: old, newPrivilege: new,
      stack: stack, frame: frame, cs: cs,
      ss: new < old ? .null(privilege: new) : registers.ss,
      rip: gate.offset, rsp: frame.bottom, rflags: gate.handlerFlags(of: registers.rflags),
      clearsDataSegments: false, accessed: accessed, touched: touched, pages: pages)
  }

  /// The stack pointer to push from, not yet aligned (Intel SDM Vol. 3A §6.14.4 "Stack Switching in
  /// IA-32e Mode", §6.14.5 "Interrupt Stack Table").
  @inline(__always)
  mutating func longStack(
    _ gate: GateDescriptor, from old: UInt8, to new: UInt8, _ registers: Registers
  ) throws(DeliveryFault) -> (DeliveryPlan.Stack, UInt64) {
    let stack = longStackSource(gate, from: old, to: new)
    let offset: UInt32
    switch stack {
    case .interrupt(let index): offset = TaskStateSegment.Long.ist(index)
    case .task(let level): offset = TaskStateSegment.Long.rsp(level)
    case .current, .newTask: return (stack, registers.rsp)
    }
    return (stack, try readTask(offset, bytes: 8, registers))
  }

  /// Which stack to push on.
  @inline(__always)
  func longStackSource(
    _ gate: GateDescriptor, from old: UInt8, to new: UInt8
  ) -> DeliveryPlan.Stack {
    if gate.stack > 0 { return .interrupt(gate.stack) }
    return new < old ? .task(new) : .current
  }

  /// Reads a stack pointer from the current TSS.
  mutating func readTask(
    _ offset: UInt32, bytes: UInt32, _ registers: Registers
  ) throws(DeliveryFault) -> UInt64 {
    let task = SegmentSelector(rawValue: registers.tr.selector)
    guard offset + bytes - 1 <= registers.tr.limit else {
      throw DeliveryFault(.stackPointerInTask, .invalidTSS, code(task))
    }
    let address = registers.linear(registers.tr.base, UInt64(offset))
    return try read(address, bytes: UInt64(bytes), for: .stackPointerReadable, code(task))
  }

  /// The frame, which always has SS and RSP (Intel SDM Vol. 3A §6.14.2 "64-Bit Mode Stack Frame").
  @inline(__always)
  private func longFrame(below top: UInt64, _ registers: Registers) -> InterruptFrame {
    var frame = InterruptFrame(width: 8, top: top)
    frame.push(UInt64(registers.ss.selector))
    frame.push(registers.rsp)
    frame.push(event.flagsImage(of: registers.rflags).rawValue)
    frame.push(UInt64(registers.cs.selector))
    frame.push(event.rip)
    if let errorCode = event.errorCode { frame.push(UInt64(errorCode)) }
    return frame
  }
}
