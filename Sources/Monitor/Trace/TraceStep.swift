// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// One step of a delivery, with all that is shown of it, whatever the format.
enum TraceStep {
  /// What raised it.
  case cause
  /// Why paging did not allow an access.
  case walk(PageWalk)
  /// The error code of `exception`; `pushed` is what the handler gets if that is another one, a double
  /// fault's.
  case error(UInt32, of: Exception, cr2: VirtAddr?, pushed: UInt32?)
  /// The entry of the table, if it was read.
  case gate(GateDescriptor?, vector: UInt8, at: VirtAddr, table: Registers.Table?)
  /// The switch to the task of a TSS: the task before, and the one that an IRET leads back to.
  case task(SegmentSelector, from: UInt16?, link: UInt16?)
  /// The registers that a task begins with.
  case load(TaskSwitch)
  /// The handler's code segment, nil if it may not be used, and the privilege before and after.
  case segment(SegmentSelector, Registers.Segment?, from: UInt8, to: UInt8?)
  /// The stack: where it comes from, its pointer before, where the pushes begin, and after them.
  case stack(DeliveryPlan.Stack, old: UInt64, top: UInt64?, new: UInt64?)
  /// The stack pointer before and after, where no stack is looked for.
  case pointer(old: UInt64, new: UInt64)
  /// What is pushed.
  case push(InterruptFrame)
  /// The flags before and in the handler.
  case flags(RFLAGS, RFLAGS)
  /// The handler's first instruction.
  case enter(VirtAddr)
  /// What goes wrong at a step, the one before this if that was told.
  case fault(DeliveryFault, at: DeliveryStep)
}

extension TraceRecord {
  /// Calls `body` with every step, in their order.
  func forEachStep(_ body: (TraceStep) -> Void) {
    body(.cause)
    if let walk = raised == nil ? ownWalk : raised?.walk { body(.walk(walk)) }
    if let error { body(error) }
    guard let event else { return }
    switch end {
    case .handler(let plan): forEachStep(of: plan, body)
    case .fault(let failure): forEachStep(of: failure, event, body)
    case .shutdown: break
    }
  }

  private var ownWalk: PageWalk? { event?.exception == .pageFault ? occasion.walk : nil }

  private var error: TraceStep? {
    if let fault = raised?.fault {
      let isOwn = event?.vector == fault.exception.rawValue
      return .error(
        fault.errorCode, of: fault.exception, cr2: fault.address,
        pushed: isOwn ? nil : event?.errorCode)
    }
    guard let event, let code = event.errorCode, let exception = event.exception else { return nil }
    return .error(code, of: exception, cr2: exception == .pageFault ? cr2 : nil, pushed: nil)
  }

  private func forEachStep(of plan: DeliveryPlan, _ body: (TraceStep) -> Void) {
    body(.gate(plan.gate, vector: plan.event.vector, at: plan.gateAddress, table: nil))
    if let task = plan.task {
      task.forEachStep(body)
    } else {
      body(
        .segment(plan.gate.selector, plan.cs, from: plan.oldPrivilege, to: plan.newPrivilege))
    }
    let frame = plan.frame
    let old = frame.value(.stackPointer) ?? frame.top
    body(.stack(plan.stack, old: old, top: frame.top, new: plan.rsp))
    if frame.count > 0 { body(.push(frame)) }
    if let flags = frame.value(.flags) {
      // RF is set in what a fault pushes, whatever it is.
      let pushed = RFLAGS(rawValue: flags)
      body(.flags(plan.event.resume == .set ? pushed.subtracting(.resume) : pushed, plan.rflags))
    }
    body(.enter(plan.handler))
  }

  private func forEachStep(
    of failure: FailedDelivery, _ event: Interruption, _ body: (TraceStep) -> Void
  ) {
    let step = failure.fault.check.step
    let seen = failure.progress
    body(.gate(seen.gate, vector: event.vector, at: seen.gateAddress, table: seen.table))
    if let gate = seen.gate, step == .task { body(.task(gate.selector, from: nil, link: nil)) }
    if let gate = seen.gate, step > .task {
      let new = seen.code.map { UInt8($0.selector & 3) }
      body(.segment(gate.selector, seen.code, from: seen.oldPrivilege, to: new))
    }
    if let stack = seen.stack, step > .segment {
      body(.stack(stack, old: seen.oldStackPointer, top: seen.stackPointer, new: nil))
    }
    body(.fault(failure.fault, at: step))
  }
}

extension DeliveryPlan {
  /// The linear address of the handler's first instruction.
  fileprivate var handler: VirtAddr {
    cs.flags.contains(.long) ? VirtAddr(rip) : VirtAddr((cs.base.value &+ rip) & 0xffff_ffff)
  }
}
