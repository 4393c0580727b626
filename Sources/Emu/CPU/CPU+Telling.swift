// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

// What the processor tells of a delivery: facts that nobody can find out later.
extension CPU {
  /// Whether any deliveries are to be told.
  var isDeliveryWatched: Bool { !watched.isDisjoint(with: [.deliveries, .exceptions]) }

  /// Whether an event that is delivered at once is to be told.
  func isTold(_ event: Interruption) -> Bool {
    isDeliveryWatched && (watched.contains(.deliveries) || event.isException)
  }

  /// Tells that `plan` is about to be carried out, if that was asked for; `failed` and before that `past`
  /// led to it.
  @inline(never)
  func tell(
    _ plan: DeliveryPlan, after failed: [FailedDelivery] = [], of past: TripleFault? = nil,
    _ registers: Registers
  ) {
    let all = (past?.failed ?? []) + failed
    guard watched.contains(.deliveries) || plan.event.isException || !all.isEmpty else { return }
    let cause = failed.first?.event ?? plan.event
    board.emit(
      .delivered(
        Delivered(
          occasion: past?.occasion ?? occasion(of: cause, registers),
          cr2: plan.cr2 ?? registers.cr2, failed: all, plan: plan)))
  }

  /// What is known of an event that may end in a shutdown.
  func chain(from event: Interruption, _ registers: Registers) -> TripleFault {
    TripleFault(first: Fault(event, registers), occasion: occasion(of: event, registers))
  }

  /// Where and when `event` met a processor with `registers`.
  private func occasion(of event: Interruption, _ registers: Registers) -> Occasion {
    var there = registers
    there.rip = event.restart
    let instruction = there.nextInstruction
    there.rip = event.rip
    return Occasion(
      moment: board.now(instructions), instructions: instructions,
      line: event.kind == .external ? acknowledged : nil, mode: registers.mode,
      privilege: registers.privilegeLevel, rip: there.nextInstruction, instruction: instruction,
      code: event.isInstruction ? code(at: instruction, registers) : InstructionBytes(),
      rcx: registers.rcx, walk: event.exception == .pageFault ? walk(event, registers) : nil,
      debug: event.exception == .debug
        ? DebugReason(conditions: debugConditions, registers: debugRegisters) : nil)
  }

  /// The bytes of an instruction, as far as they can be fetched.
  private func code(at address: VirtAddr, _ registers: Registers) -> InstructionBytes {
    var bytes = InstructionBytes()
    let fetch = PageAccess(
      .fetch, as: registers.privilegeLevel == 3 ? .user : .supervisor(ac: false))
    let memory = CachedMemory(of: self)
    var frame = PhysAddr(0)
    while !bytes.isFull {
      let next = VirtAddr(address.value &+ UInt64(bytes.count))
      if bytes.count == 0 || next.value & 0xfff == 0 {
        guard let place = try? memory.translate(next, for: fetch) else { break }
        frame = PhysAddr(place.physical.value & ~0xfff)
      }
      bytes.append(board.memory.load8(frame + (next.value & 0xfff)))
    }
    return bytes
  }

  /// The walk that ended in a page fault: nothing has changed since, so it is the one that was taken.
  private func walk(_ event: Interruption, _ registers: Registers) -> PageWalk? {
    let code = PageFaultErrorCode(rawValue: event.errorCode ?? 0)
    let kind: PageAccess.Kind =
      code.contains(.write) ? .write : registers.cr2 == registers.nextInstruction ? .fetch : .read
    let privilege: PageAccess.Privilege =
      code.contains(.user)
      ? .user
      : registers.privilegeLevel == 3
        ? .implicitSupervisor : .supervisor(ac: registers.rflags.contains(.alignmentCheck))
    let access = PageAccess(code.contains(.fetch) ? .fetch : kind, as: privilege)
    return CachedMemory(of: self).walk(registers.cr2, for: access)
  }
}

extension Interruption {
  /// Whether it comes from the instruction that it restarts: not from outside, and not behind one.
  fileprivate var isInstruction: Bool {
    switch kind {
    case .fault, .softwareInterrupt, .softwareException, .privilegedSoftwareException: true
    case .trap, .abort, .external, .nonMaskable: false
    }
  }
}

extension Fault {
  /// `event` as it met a processor with `registers`.
  init(_ event: Interruption, _ registers: Registers) {
    var there = registers
    there.rip = event.rip
    let isPageFault = event.exception == .pageFault
    self.init(
      vector: event.vector, errorCode: event.errorCode,
      isSoftware: event.kind == .softwareInterrupt || event.kind == .softwareException,
      rip: there.nextInstruction, cr2: isPageFault ? registers.cr2 : nil)
  }
}
