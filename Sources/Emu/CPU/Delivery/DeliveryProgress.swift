// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What a delivery that failed had found until then, for people: the plan that was never made.
public struct DeliveryProgress: Equatable, Sendable {
  /// The interrupt descriptor table.
  public let table: Registers.Table
  /// The privilege before.
  public let oldPrivilege: UInt8
  /// The stack pointer before.
  public let oldStackPointer: UInt64
  /// Where the vector's entry lies, or would lie.
  public let gateAddress: VirtAddr
  /// The entry, if it was read.
  public fileprivate(set) var gate: GateDescriptor?
  /// The handler's code segment, if it may be used.
  public fileprivate(set) var code: Registers.Segment?
  /// Where the handler's stack comes from, if that was known.
  public fileprivate(set) var stack: DeliveryPlan.Stack?
  /// The stack pointer to push from, if it was known.
  public fileprivate(set) var stackPointer: UInt64?
}

extension DeliveryProgress {
  /// What the delivery of `event` finds up to `check`, the one that fails; reads again what it read.
  init(
    _ event: Interruption, until check: DeliveryCheck, _ registers: Registers,
    in memory: some SystemMemory
  ) {
    let size: UInt64 = !registers.cr0.contains(.pe) ? 4 : registers.efer.contains(.lma) ? 16 : 8
    table = registers.idtr
    oldPrivilege = registers.privilegeLevel
    oldStackPointer = registers.rsp
    gateAddress = registers.linear(registers.idtr.base, UInt64(event.vector) * size)
    // Real mode's table has no more to look at than where its entries lead.
    guard size > 4, check != .virtual8086 else { return }
    var ladder = DeliveryLadder(event, in: memory)
    // A fault here is the one that is known already.
    try? ladder.look(until: check, size: size, registers, &self)
  }
}

extension DeliveryLadder {
  /// Climbs again, and notes what is there.
  fileprivate mutating func look(
    until check: DeliveryCheck, size: UInt64, _ registers: Registers, _ seen: inout DeliveryProgress
  ) throws(DeliveryFault) {
    let gate = try gate(registers, size: size).0
    seen.gate = gate
    guard check.step > .task else { return }
    let isLong = size == 16
    let old = registers.privilegeLevel
    let found = try codeSegment(gate.selector, registers, privilege: old, isLong: isLong)
    let new = privilege(of: found, from: old)
    seen.code = found.loaded(gate.selector, rpl: new)
    guard check.step > .segment else { return }
    if isLong {
      seen.stack = longStackSource(gate, from: old, to: new)
      seen.stackPointer = try longStack(gate, from: old, to: new, registers).1
    } else {
      seen.stack = new < old ? .task(new) : .current
      seen.stackPointer = try new < old ? taskStack(new, registers).1 : registers.rsp & 0xffff_ffff
    }
  }
}
