// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

// What the engine raises is not always what the processor does: the instruction tells.
extension CPU {
  /// What the engine's event is to the processor; nil if that takes more to find out (`deliverRare`).
  @inline(__always)
  func interruption(for raised: engine_event, _ registers: Registers) -> Interruption? {
    let rip = registers.rip
    switch UInt32(raised.kind) {
    case engine_event_kind.software.rawValue:
      return softwareInterruption(raised, registers)
    case engine_event_kind.exception.rawValue:
      guard let exception = Exception(rawValue: raised.vector) else { return nil }
      if exception == .invalidOpcode && codeByte(0, registers) == 0xf1 {
        raiseDebugException([])
        return .softwareException(.debug, at: rip, next: rip &+ 1)  // INT1
      }
      let code = exception.facts.pushesErrorCode ? raised.error_code : nil
      return .fault(exception, errorCode: code, at: rip)
    default:
      return nil
    }
  }

  /// INT n, INT3 or INTO: RIP is behind it.
  @inline(__always)
  private func softwareInterruption(
    _ raised: engine_event, _ registers: Registers
  ) -> Interruption {
    let next = registers.rip
    let start = next &- UInt64(raised.length)
    // INT3 and INTO are their opcode; INT n ends with n, which is neither 0xCC nor 0xCE if n is 3 or 4.
    let isLong = raised.length > 1
    switch raised.vector {
    case 3 where !isLong || codeByte(-1, registers) == 0xcc:
      return .softwareException(.breakpoint, at: start, next: next)
    case 4 where !isLong || codeByte(-1, registers) == 0xce:
      return .softwareException(.overflow, at: start, next: next)
    default:
      return .softwareInterrupt(raised.vector, at: start, next: next)
    }
  }

  /// Delivers an event that the instruction has to be looked at for; false if that ends in a shutdown,
  /// or if there is no such exception.
  @inline(never)
  func deliverRare(_ raised: engine_event) -> Bool {
    var registers = registers
    let event: Interruption
    switch engine_event_kind(rawValue: UInt32(raised.kind)) {
    case .address:
      event = .fault(stackOrProtection(registers), errorCode: 0, at: registers.rip)
    case .branch:
      event = refusedBranch(to: engine_event_place(engine), &registers)
    default:
      unknownEvent = raised.vector
      return false
    }
    return deliverNext(event, registers, after: nil)
  }

  /// Which fault an access to an address that is not canonical is.
  private func stackOrProtection(_ registers: Registers) -> Exception {
    let address = VirtAddr(engine_event_place(engine))
    guard let head = InstructionHead({ codeByte(Int64($0), registers) }),
      head.usesStackSegment(at: address, rsp: registers.rsp)
    else { return .generalProtection }
    return .stackFault
  }

  /// The fault of a near branch to `target`; RSP becomes what it was before.
  private func refusedBranch(to target: UInt64, _ registers: inout Registers) -> Interruption {
    let head = InstructionHead { codeByte(Int64($0), registers) }
    if let head, head.alwaysBranches {
      registers.rsp &-= head.stackRelease
      self.registers = registers
    } else if registers.rip >= target &- 15 && registers.rip < target {
      // Not taken: the next instruction is the one that cannot be fetched.
      registers.rip = target
      self.registers = registers
    }
    return .fault(.generalProtection, errorCode: 0, at: registers.rip)
  }

  /// The byte at `offset` from RIP, as the processor fetched it.
  @inline(never)
  func codeByte(_ offset: Int64, _ registers: Registers) -> UInt8? {
    updatePaging(registers)
    var there = registers
    there.rip = registers.rip &+ UInt64(bitPattern: offset)
    let read = PageAccess(.read, as: .supervisor(ac: true))
    let walk = paging.walk(there.nextInstruction, for: read, in: board.memory)
    guard case .mapped(let place) = walk.outcome else { return nil }
    return board.memory.load8(place.physical)
  }
}
