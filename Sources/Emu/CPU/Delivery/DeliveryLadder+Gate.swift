// SPDX-License-Identifier: GPL-2.0-or-later
import X86

// What protected and long mode have in common: the gate, and the code segment behind it.

extension DeliveryLadder {
  /// Reads the gate of the vector, in an IDT with entries of `size` bytes (8 or 16).
  @inline(__always)
  mutating func gate(
    _ registers: Registers, size: UInt64
  ) throws(DeliveryFault) -> (GateDescriptor, at: VirtAddr) {
    let offset = UInt64(event.vector) * size
    guard offset + size - 1 <= UInt64(registers.idtr.limit) else {
      throw DeliveryFault(.vectorInTable, .generalProtection, vectorCode)
    }
    let address = registers.linear(registers.idtr.base, offset)
    let low = try read(address, bytes: 8, for: .gateReadable, vectorCode)
    if size == 8 { return (GateDescriptor(low: low), at: address) }
    let upper = VirtAddr(address.value &+ 8)
    let high = try read(upper, bytes: 8, for: .gateReadable, vectorCode)
    return (GateDescriptor(low: low, high: high & 0xffff_ffff), at: address)
  }

  /// Checks who may use a gate, and whether it is there, once its type is known to be right
  /// (Intel SDM Vol. 3A §6.12.1.2 "Protection of Exception- and Interrupt-Handler Procedures").
  @inline(__always)
  func check(_ gate: GateDescriptor, privilege: UInt8) throws(DeliveryFault) {
    if event.needsGatePrivilege && gate.access.privilegeLevel < privilege {
      throw DeliveryFault(.gatePrivilege, .generalProtection, vectorCode)
    }
    guard gate.access.contains(.present) else {
      throw DeliveryFault(.gatePresent, .segmentNotPresent, vectorCode)
    }
  }

  /// Reads and checks the handler's code segment (Intel SDM Vol. 2A, INT n, "Operation",
  /// TRAP-OR-INTERRUPT-GATE).
  ///
  /// `isLong` asks for 64-bit code, before presence like the far CALL through a 64-bit gate
  /// (Intel SDM Vol. 2A, CALL, "Operation", CALL-GATE). Vol. 3A §6.14.1 "64-Bit Mode IDT" gives the
  /// vector for the error code there; Vol. 2A's list of exceptions, and processors, the selector.
  @inline(__always)
  mutating func codeSegment(
    _ selector: SegmentSelector, _ registers: Registers, privilege: UInt8, isLong: Bool
  ) throws(DeliveryFault) -> Found {
    guard !selector.isNull else {
      throw DeliveryFault(.codeSelector, .generalProtection, noCode)
    }
    let found = try descriptor(
      selector, registers, inTable: .codeInTable, readable: .codeReadable, .generalProtection)
    let access = found.descriptor.access
    guard access.contains([.codeOrData, .code]) else {
      throw DeliveryFault(.codeType, .generalProtection, code(selector))
    }
    guard access.privilegeLevel <= privilege else {
      throw DeliveryFault(.codePrivilege, .generalProtection, code(selector))
    }
    if isLong && found.descriptor.flags.intersection([.long, .big]) != .long {
      throw DeliveryFault(.codeLong, .generalProtection, code(selector))
    }
    guard access.contains(.present) else {
      throw DeliveryFault(.codePresent, .segmentNotPresent, code(selector))
    }
    return found
  }

  /// The privilege of a handler in this segment: its own, or the program's if it is conforming.
  @inline(__always)
  func privilege(of code: Found, from current: UInt8) -> UInt8 {
    let access = code.descriptor.access
    return access.contains(.conformingOrExpandDown) ? current : access.privilegeLevel
  }
}

extension GateDescriptor {
  /// Whether it is a trap gate, which leaves IF as it is.
  var keepsInterrupts: Bool { access.type & 1 != 0 }

  /// The flags of the handler (Intel SDM Vol. 3A §6.12.1.3 "Flag Usage By Exception- or
  /// Interrupt-Handler Procedure").
  func handlerFlags(of flags: RFLAGS) -> RFLAGS {
    flags.subtracting(
      keepsInterrupts
        ? [.trap, .nestedTask, .resume, .virtual8086]
        : [.trap, .nestedTask, .resume, .virtual8086, .interrupts])
  }
}
