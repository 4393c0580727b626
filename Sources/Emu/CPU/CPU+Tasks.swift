// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

// Task switches: the engine leaves them all to `Delivery`, those of JMP, CALL and IRET too.
extension CPU {
  /// Whether a far JMP or CALL to `selector` switches tasks.
  func isTask(_ selector: SegmentSelector) -> Bool {
    let registers = registers
    updatePaging(registers)
    return Delivery.isTask(selector, registers, in: CachedMemory(of: self))
  }

  /// Switches tasks for the instruction that the processor stands at; false if that ends in a shutdown.
  func switchTask(
    _ cause: TaskSwitch.Cause, _ raised: engine_event, _ registers: Registers
  ) -> Bool {
    updatePaging(registers)
    let task: TaskSwitch
    do throws(DeliveryFault) {
      task = try Delivery.switchTask(
        cause, to: SegmentSelector(rawValue: raised.selector), next: UInt64(raised.next), registers,
        in: CachedMemory(of: self))
    } catch {
      var registers = registers
      if let address = error.address {
        registers.cr2 = address
        self.registers = registers
      }
      return raise(error, registers)
    }
    carryOut(task, cr2: nil)
    engine_retire(engine)
    if watched.contains(.transfers) { switched(task, from: registers) }
    tellLoads(ofSwitchFrom: registers)
    return begin(task, delivering: nil, after: nil)
  }

  /// Writes what a switch writes and makes the processor the new task's; `cr2` is of a page fault that
  /// led to it.
  func carryOut(_ task: TaskSwitch, cr2: VirtAddr?) {
    use(task.touched)
    markAccessed(task.accessed)
    task.writes.forEach(store)
    var new = task.registers
    if let cr2, task.fault?.address == nil { new.cr2 = cr2 }
    registers = new
    use(task.touchedThere)
  }

  /// Delivers what the new task has to be told before its first instruction: a fault of the switch, or
  /// the debug exception of its T flag. `event` is what went through the task gate, and `past` all that
  /// led to it.
  func begin(
    _ task: TaskSwitch, delivering event: Interruption?, after past: TripleFault?
  ) -> Bool {
    let registers = registers
    guard let fault = task.fault else {
      if task.traps { raiseDebugException(.taskSwitch) }
      return !task.traps || deliverNext(.trap(.debug, next: registers.rip), registers, after: nil)
    }
    guard let event, let past else { return raise(fault, registers) }
    let last = FailedDelivery(event, fault, registers, in: CachedMemory(of: self))
    let chain = past.followed(by: [last])
    guard let next = last.next(at: registers.rip) else {
      shutdown = chain
      return false
    }
    return deliverNext(next, registers, after: chain)
  }

  /// Delivers a fault that nothing led to.
  private func raise(_ fault: DeliveryFault, _ registers: Registers) -> Bool {
    deliverNext(
      .fault(fault.exception, errorCode: fault.errorCode, at: registers.rip), registers, after: nil)
  }
}

extension TaskSwitch.Cause {
  /// The instruction behind an event of the engine; nil if it is no task switch.
  init?(_ event: engine_event) {
    switch engine_event_kind(rawValue: UInt32(event.kind)) {
    case .task_jump: self = .jump
    case .task_call: self = .call
    case .task_return: self = .iret
    default: return nil
    }
  }
}
