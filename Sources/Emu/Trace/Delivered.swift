// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A delivery that reached a handler, with all that led there.
public struct Delivered: Equatable, Sendable {
  /// Where and when it came.
  public let occasion: Occasion
  /// CR2 as the handler finds it.
  public let cr2: VirtAddr
  /// Deliveries that raised a fault instead of reaching a handler; the first is that of what came first.
  public let failed: [FailedDelivery]
  /// The delivery that reached one, step by step.
  public let plan: DeliveryPlan

  /// What came first; not what was delivered, if something failed.
  public var cause: Interruption { failed.first?.event ?? plan.event }

  /// Whether it is about an exception: what came first, or what the delivery of an interrupt raised.
  public var isOfException: Bool { plan.event.isException || !failed.isEmpty }
}

extension Delivered {
  /// When the handler is entered.
  public var moment: GuestTime { occasion.moment }
  /// The instructions executed until then.
  public var instructions: UInt64 { occasion.instructions }
  /// The interrupt line, if a device's interrupt was not spurious.
  public var line: IRQ? { occasion.line }
  /// The linear address that the return address stands for.
  public var rip: VirtAddr { occasion.rip }
}
