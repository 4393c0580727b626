// SPDX-License-Identifier: GPL-2.0-or-later
import X86

// Delivery: from an interruption to the first instruction of its handler, as values. A plan is
// computed from the registers and from memory; if it cannot be, the fault says which check failed, and
// is delivered in its place, until one can be or the processor shuts down. Nothing is changed on the
// way, so that the plan that is executed, shown and tested is the same.

/// How the delivery of an interruption ends.
public enum DeliveryOutcome: Equatable, Sendable {
  /// By entering a handler: the event's own if nothing failed, else that of what came of it.
  case delivered(DeliveryPlan, after: [FailedDelivery])
  /// By a shutdown, a triple fault: not even the double fault could be delivered.
  case shutdown(after: [FailedDelivery])
}

/// An interruption whose delivery raised a fault.
public struct FailedDelivery: Equatable, Sendable {
  /// What was to be delivered.
  public let event: Interruption
  /// What came instead.
  public let fault: DeliveryFault
  /// What had been found until then.
  public let progress: DeliveryProgress
  /// Why paging did not allow it, as the tables were at that moment; only for a page fault.
  public let walk: PageWalk?

  /// What is known of a failure in a processor with `registers`.
  init(
    _ event: Interruption, _ fault: DeliveryFault, _ registers: Registers,
    in memory: some SystemMemory
  ) {
    (self.event, self.fault) = (event, fault)
    progress = DeliveryProgress(event, until: fault.check, registers, in: memory)
    walk = fault.address.flatMap { memory.walk($0, for: fault.access(registers)) }
  }
}

extension DeliveryFault {
  /// What the page fault was about, in a processor with `registers`; its error code does not say on whose
  /// behalf a supervisor's access was made.
  fileprivate func access(_ registers: Registers) -> PageAccess {
    let code = PageFaultErrorCode(rawValue: errorCode)
    let kind: PageAccess.Kind = code.contains(.write) ? .write : .read
    if code.contains(.user) { return PageAccess(kind, as: .user) }
    // Pushes are a supervisor program's own; all else the processor does for itself.
    guard check.step == .push, registers.privilegeLevel < 3 else {
      return PageAccess(kind, as: .implicitSupervisor)
    }
    return PageAccess(kind, as: .supervisor(ac: registers.rflags.contains(.alignmentCheck)))
  }
}

enum Delivery {
  /// The plan for `event` alone.
  static func plan(
    _ event: Interruption, _ registers: Registers, in memory: some SystemMemory
  ) throws(DeliveryFault) -> DeliveryPlan {
    var ladder = DeliveryLadder(event, in: memory)
    return try ladder.climb(registers)
  }

  /// What becomes of `event` in the end (Intel SDM Vol. 3A §6.15 "Interrupt 8—Double Fault
  /// Exception").
  ///
  /// There are four failures at most: something benign, a contributory fault, a page fault, a double
  /// fault.
  static func deliver(
    _ event: Interruption, _ registers: Registers, in memory: some SystemMemory
  ) -> DeliveryOutcome {
    do throws(DeliveryFault) {
      return .delivered(try plan(event, registers, in: memory), after: [])
    } catch {
      return escalate(
        from: FailedDelivery(event, error, registers, in: memory), registers, in: memory)
    }
  }

  /// What becomes of an event whose delivery has failed.
  @inline(never)
  static func escalate(
    from first: FailedDelivery, _ registers: Registers, in memory: some SystemMemory
  ) -> DeliveryOutcome {
    var failed = [first]
    var last = first
    var cr2 = first.fault.address
    while let next = last.next {
      do throws(DeliveryFault) {
        var plan = try plan(next, registers, in: memory)
        plan.cr2 = cr2
        return .delivered(plan, after: failed)
      } catch {
        last = FailedDelivery(next, error, registers, in: memory)
        failed.append(last)
        cr2 = error.address ?? cr2
      }
    }
    return .shutdown(after: failed)
  }
}

extension FailedDelivery {
  /// What is delivered next; nil for a shutdown.
  public var next: Interruption? { next(at: event.restart) }

  /// What is delivered next, if the processor stands at `rip` by now: in another task.
  func next(at rip: UInt64) -> Interruption? {
    switch event.exception?.followed(by: fault.exception) ?? .serial {
    case .serial: .fault(fault.exception, errorCode: fault.errorCode, at: rip)
    case .doubleFault: .doubleFault(at: rip)
    case .shutdown: nil
    }
  }
}
