// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A switch from one task to another, with nothing left that could stop it: what is written to memory,
/// and the registers with which the new task begins (Intel SDM Vol. 3A §7.3 "Task Switching").
///
/// What goes wrong before is a `DeliveryFault` of the old task. What goes wrong behind the point of no
/// return is a fault of the new one, and a part of the switch.
public struct TaskSwitch: Equatable, Sendable {
  /// What switched.
  public let cause: Cause
  /// TR before.
  public let from: Registers.Segment
  /// All registers as the new task begins, TR included.
  public let registers: Registers
  /// What is raised in the new task, before its first instruction; the segment registers that were
  /// still to be loaded then have their selectors and nothing behind them.
  public let fault: DeliveryFault?
  /// Whether the new TSS's T flag raises a debug exception before the first instruction.
  public let traps: Bool
  /// What was pushed on the new task's stack: an error code, or nothing.
  public let frame: InterruptFrame

  /// All that is written.
  let writes: [DeliveryPlan.Write]
  /// Pages of the old task's address space where A or D is to be set.
  let touched: [PageTouch]
  /// Pages of the new task's where A or D is to be set.
  let touchedThere: [PageTouch]
  /// Descriptors whose accessed bit is to be set.
  let accessed: [DeliveryPlan.AccessedDescriptor]

  /// What switches tasks.
  public enum Cause: Sendable {
    /// JMP: the old task is over.
    case jump
    /// CALL: the old task waits for the new one's IRET.
    case call
    /// IRET with NT set: back to the task that waits.
    case iret
    /// An exception or interrupt through a task gate: as with CALL.
    case interruption

    /// Whether the new task is linked to the old one, which stays busy.
    public var nests: Bool { self == .call || self == .interruption }
  }
}

/// A task switch at a distance, so that the plan of a delivery without one stays small.
final class FarTaskSwitch: Equatable, Sendable {
  let value: TaskSwitch

  init(_ value: TaskSwitch) { self.value = value }

  static func == (a: FarTaskSwitch, b: FarTaskSwitch) -> Bool { a.value == b.value }
}

extension Delivery {
  /// The switch for a JMP or CALL to `selector`, or for an IRET that returns to the task linked to;
  /// `next` follows the instruction.
  static func switchTask(
    _ cause: TaskSwitch.Cause, to selector: SegmentSelector, next: UInt64, _ registers: Registers,
    in memory: some SystemMemory
  ) throws(DeliveryFault) -> TaskSwitch {
    // Its faults are those of an instruction, without EXT.
    let instruction = Interruption.softwareInterrupt(0, at: registers.rip, next: next)
    var ladder = DeliveryLadder(instruction, in: memory)
    let target = try ladder.target(of: cause, selector, registers)
    return try ladder.switchTask(cause, to: target, flags: registers.rflags, registers)
  }

  /// Whether a far JMP or CALL to `selector` is one to a TSS or a task gate.
  static func isTask(
    _ selector: SegmentSelector, _ registers: Registers, in memory: some SystemMemory
  ) -> Bool {
    let instruction = Interruption.softwareInterrupt(0, at: registers.rip, next: registers.rip)
    var ladder = DeliveryLadder(instruction, in: memory)
    guard !selector.isNull,
      let found = try? ladder.descriptor(
        selector, registers, inTable: .taskInTable, readable: .taskReadable, .generalProtection)
    else { return false }
    switch SystemSegmentType(found.descriptor.access) {
    case .availableTSS, .availableTSS16, .taskGate: return true
    default: return false
    }
  }
}
