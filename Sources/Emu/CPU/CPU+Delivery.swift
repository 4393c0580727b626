// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

// What the engine raises becomes an interruption, the interruption a plan, and the plan is carried out.
extension CPU {
  /// Delivers what the engine has raised; false if that ends in a shutdown.
  func deliver(_ raised: engine_event) -> Bool {
    // A handler whose first instruction fails as what led to it failed never completes anything: without
    // this its time would stand still, and a run would not end.
    let count = instructions
    if count == lastDelivery {
      spend(1)
      board.wait(1)
    }
    lastDelivery = count
    let registers = registers
    if let cause = TaskSwitch.Cause(raised) { return switchTask(cause, raised, registers) }
    // The instruction will begin again.
    if UInt32(raised.kind) != engine_event_kind.software.rawValue { pendingTraps.forget() }
    guard let event = interruption(for: raised, registers) else { return deliverRare(raised) }
    return deliver(event, registers)
  }

  /// Delivers `event` to a processor with `registers`; false if that ends in a shutdown.
  @inline(__always)
  func deliver(_ event: Interruption, _ registers: Registers) -> Bool {
    guard registers.efer.contains(.lma) && registers.cr0.contains(.pe) else {
      return deliverNext(event, registers, after: nil)
    }
    // The way of nearly all events: what `Delivery.deliver` does, without its outcome in between.
    updatePaging(registers)
    do throws(DeliveryFault) {
      var ladder = DeliveryLadder(event, in: CachedMemory(of: self))
      let plan = try ladder.climbLong(registers)
      if isTold(plan.event) { tell(plan, registers) }
      carryOut(plan, registers)
      return true
    } catch {
      return escalate(event, error, registers)
    }
  }

  /// Delivers `event` in any mode; `past` is what led to it, if it was raised while something else was
  /// delivered.
  @inline(never)
  func deliverNext(
    _ event: Interruption, _ registers: Registers, after past: TripleFault?
  ) -> Bool {
    updatePaging(registers)
    let outcome = Delivery.deliver(event, registers, in: CachedMemory(of: self))
    return carryOut(outcome, of: event, registers, after: past)
  }

  /// Delivers what has become of `event`, whose delivery in long mode has failed.
  @inline(never)
  private func escalate(
    _ event: Interruption, _ fault: DeliveryFault, _ registers: Registers
  ) -> Bool {
    let failed = FailedDelivery(event, fault, registers, in: CachedMemory(of: self))
    let outcome = Delivery.escalate(from: failed, registers, in: CachedMemory(of: self))
    return carryOut(outcome, of: event, registers, after: nil)
  }

  private func carryOut(
    _ outcome: DeliveryOutcome, of event: Interruption, _ registers: Registers,
    after past: TripleFault?
  ) -> Bool {
    switch outcome {
    case .delivered(let plan, after: let failed):
      return carryOutSeparately(plan, registers, after: past, failed: failed)
    case .shutdown(let failed):
      shutdown = (past ?? chain(from: event, registers)).followed(by: failed)
      return false
    }
  }

  /// Carries out any plan, and what comes of a task switch; false if that ends in a shutdown.
  @inline(never)
  private func carryOutSeparately(
    _ plan: DeliveryPlan, _ registers: Registers, after past: TripleFault?,
    failed: [FailedDelivery]
  ) -> Bool {
    // With a fault in the new task it has not reached a handler; what does tells of it.
    if isDeliveryWatched, plan.task?.fault == nil {
      tell(plan, after: failed, of: past, registers)
    }
    guard let task = plan.task else {
      carryOut(plan, registers)
      return true
    }
    let chain = past ?? chain(from: failed.first?.event ?? plan.event, registers)
    history.pointee.note(plan, registers)
    carryOut(task, cr2: plan.cr2)
    tellLoads(ofSwitchFrom: registers)
    return begin(task, delivering: plan.event, after: chain.followed(by: failed))
  }

  @inline(__always)
  private func carryOut(_ plan: DeliveryPlan, _ registers: Registers) {
    history.pointee.note(plan, registers)
    use(plan.touched)
    markAccessed(plan.accessed)
    store(plan)
    if debugRegisters.dr7.isAnyEnabled { noteAccesses(of: plan.frame) }
    if plan.cr2 != nil || plan.clearsDataSegments {
      var registers = registers
      plan.apply(to: &registers)
      self.registers = registers
    } else {
      var flow = engine_flow(
        cs: plan.cs.engineSegment, ss: plan.ss.engineSegment, rsp: plan.rsp, rip: plan.rip,
        rflags: plan.rflags.rawValue)
      engine_set_flow(engine, &flow)
    }
  }

  /// Uses pages for the first time, in the address space that is in use.
  @inline(__always)
  func use(_ pages: [PageTouch]) {
    for page in pages {
      engine_cache(engine, page.address.value, page.access.engine, page.access.enginePrivilege)
    }
  }

  @inline(__always)
  func markAccessed(_ descriptors: [DeliveryPlan.AccessedDescriptor]) {
    for descriptor in descriptors {
      setFlags(SegmentDescriptor.Access.accessed.rawValue, at: descriptor.physical)
    }
  }

  /// Writes the frame.
  @inline(__always)
  private func store(_ plan: DeliveryPlan) {
    let memory = board.memory
    if let bottom = plan.whole64BitFrame, let offset = memory.offset(of: bottom) {
      let bytes = 8 &* UInt64(plan.frame.count)
      var next = offset &+ bytes
      plan.frame.forEach { value in
        next &-= 8
        memory.store(value, atOffset: next)
      }
      return memoryChanged(at: offset, count: bytes)
    }
    plan.forEachWrite(store)
  }

  /// Carries out one write.
  func store(_ write: DeliveryPlan.Write) {
    guard let offset = board.memory.store(write.value, bytes: write.bytes, at: write.physical)
    else { return }
    memoryChanged(at: offset, count: write.bytes)
  }

  func updatePaging(_ r: Registers) {
    updatePaging(
      engine_paging(cr0: r.cr0.rawValue, cr3: r.cr3, cr4: r.cr4.rawValue, efer: r.efer.rawValue))
  }
}
