// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

// Between two instructions: what is due there, in the order of Intel SDM Vol. 3A Table 6-2 "Priority
// Among Concurrent Events": traps of the instruction that is done, NMI, interrupts, the breakpoint on
// the next instruction.
extension CPU {
  /// Delivers the first event that is due at this boundary, if any is.
  func deliverDue(at boundary: engine_boundary) -> engine_next {
    var traps = pendingTraps.take(followsStackSwitch: boundary.follows_stack_switch)
    if boundary.is_step { traps.insert(.singleStep) }
    if !traps.isEmpty { return deliver(traps, at: boundary) }
    if boundary.takes_nmi { return deliverNMI(at: boundary) }
    if boundary.takes_interrupt { return deliverInterrupt(at: boundary) }
    if debugRegisters.dr7.isAnyEnabled { return deliverBreakpoint(at: boundary) }
    watchIfNeeded()
    return .goes_on
  }

  private func deliver(_ traps: DR6, at boundary: engine_boundary) -> engine_next {
    // A breakpoint on the frame of the debug exception itself is met again before the handler begins: time passes, or the
    // run would not end. Processors hang there (CVE-2015-8104).
    if instructions == lastDelivery {
      spend(1)
      board.wait(1)
    }
    lastDelivery = instructions
    let registers = registers
    raiseDebugException(traps)
    let place = place(of: boundary, registers)
    return enter(.trap(.debug, next: place.rip, inRepeat: place.isInRepeat), registers)
  }

  /// NMIs that follow are blocked, even if the delivery fails: then it is the IRET of the handler that
  /// is entered instead that lets them in.
  private func deliverNMI(at boundary: engine_boundary) -> engine_next {
    isNMIRequested = false
    engine_block_nmi(engine)
    updateNMI()
    let registers = registers
    let place = place(of: boundary, registers)
    return enter(.nonMaskable(at: place.rip, inRepeat: place.isInRepeat), registers)
  }

  private func deliverInterrupt(at boundary: engine_boundary) -> engine_next {
    let now = board.now(instructions)
    guard board.interruptPending(at: now) else {
      setInterruptLine(false)
      return .goes_on
    }
    acknowledged = isDeliveryWatched ? board.nextLine(at: now) : nil
    let vector = board.acknowledgeInterrupt(at: now)
    setInterruptLine(board.interruptPending(at: now))
    let registers = registers
    let place = place(of: boundary, registers)
    return enter(.external(vector, at: place.rip, inRepeat: place.isInRepeat), registers)
  }

  /// An instruction breakpoint is met once for an instruction, not for each of its repetitions.
  private func deliverBreakpoint(at boundary: engine_boundary) -> engine_next {
    if boundary.resumes || boundary.follows_stack_switch { return .goes_on }
    let met = debugRegisters.metByInstruction(at: VirtAddr(boundary.next))
    if met.isEmpty { return .goes_on }
    let registers = registers
    if boundary.is_repetition && repeatedString(at: registers) != nil { return .goes_on }
    // Time passes, or it would stand still for a handler with a breakpoint on its first instruction.
    spend(1)
    board.wait(1)
    raiseDebugException(met)
    return enter(.instructionBreakpoint(at: registers.rip), registers)
  }

  @inline(never)
  private func enter(_ event: Interruption, _ registers: Registers) -> engine_next {
    deliver(event, registers) ? .delivered : .stops
  }

  /// The return address of something that is delivered at `boundary`, and whether it is that of a
  /// string instruction that has some of its repetitions still to do.
  ///
  /// The engine comes back once more to a string instruction that has done them all: a processor does
  /// not.
  private func place(
    of boundary: engine_boundary, _ registers: Registers
  ) -> (rip: UInt64, isInRepeat: Bool) {
    guard boundary.is_repetition, let string = repeatedString(at: registers) else {
      return (registers.rip, false)
    }
    guard registers.rcx & string.counter == 0 else { return (registers.rip, true) }
    return (registers.rip &+ string.length, false)
  }

  /// The string instruction with a repeat prefix at RIP, if there is one.
  private func repeatedString(at registers: Registers) -> RepeatedStringInstruction? {
    let bits =
      switch registers.mode {
      case .long64: 64
      case .protected32, .compatibility32: 32
      case .real16, .protected16, .compatibility16: 16
      }
    return RepeatedStringInstruction(addressBits: bits) { codeByte(Int64($0), registers) }
  }
}
