// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A delivery that reached a handler, with all that led there.
public struct Delivered: Equatable, Sendable {
  /// When the handler is entered.
  public let moment: GuestTime
  /// The instructions executed until then.
  public let instructions: UInt64
  /// The interrupt line, for a device's interrupt; nil if the controllers answered with a spurious
  /// vector, and for everything else.
  public let line: IRQ?
  /// The mode that was interrupted.
  public let mode: Processor.Mode
  /// Where it came: the linear address that the return address stands for.
  public let rip: VirtAddr
  /// CR2 as the handler finds it.
  public let cr2: VirtAddr
  /// Deliveries that raised a fault instead of reaching a handler; the first is that of what came first.
  public let failed: [FailedDelivery]
  /// The delivery that reached one, step by step.
  public let plan: DeliveryPlan

  /// What came first; not what was delivered, if something failed.
  public var cause: Interruption { failed.first?.event ?? plan.event }
}
