// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// One delivery, tried or done, as it is told: a heading and steps.
///
/// An event that needs more than one, since a fault came up on the way, is a record for each; the way to a
/// shutdown ends with a record that no delivery belongs to.
struct TraceRecord {
  /// Where and when it all began.
  let occasion: Occasion
  /// The delivery that failed before, if this one is the consequence; nil for what came first.
  let raised: FailedDelivery?
  /// What is delivered; nil for a shutdown.
  let event: Interruption?
  /// CR2, as the handler finds it, if a page fault was raised by the instruction.
  let cr2: VirtAddr?
  /// How it ends.
  let end: End

  /// How a delivery ends.
  enum End {
    /// In its handler.
    case handler(DeliveryPlan)
    /// In a fault.
    case fault(FailedDelivery)
    /// There is none.
    case shutdown
  }
}

extension TraceRecord {
  /// Calls `body` with every record of an event that reached a handler.
  static func forEach(of delivered: Delivered, _ body: (TraceRecord) -> Void) {
    let last = chain(delivered.failed, delivered.occasion, cr2: delivered.cr2, body)
    body(
      TraceRecord(
        occasion: delivered.occasion, raised: last, event: delivered.plan.event,
        cr2: delivered.cr2, end: .handler(delivered.plan)))
  }

  /// Calls `body` with every record of a triple fault.
  static func forEach(of tripleFault: TripleFault, _ body: (TraceRecord) -> Void) {
    guard let occasion = tripleFault.occasion else { return }
    let last = chain(tripleFault.failed, occasion, cr2: tripleFault.first.cr2, body)
    body(TraceRecord(occasion: occasion, raised: last, event: nil, cr2: nil, end: .shutdown))
  }

  private static func chain(
    _ failed: [FailedDelivery], _ occasion: Occasion, cr2: VirtAddr?, _ body: (TraceRecord) -> Void
  ) -> FailedDelivery? {
    var last: FailedDelivery?
    for failure in failed {
      body(
        TraceRecord(
          occasion: occasion, raised: last, event: failure.event, cr2: cr2, end: .fault(failure)))
      last = failure
    }
    return last
  }
}

extension TraceRecord {
  /// What a person may choose to see or not.
  var category: TraceCategories {
    guard raised == nil, let event else { return .faults }
    return event.isException ? .faults : .interrupts
  }

  /// The exception that was raised; nil for interrupts of devices and INT n.
  var exception: Exception? {
    if let raised { return raised.fault.exception }
    guard let event, category == .faults else { return nil }
    return Exception(rawValue: event.vector)
  }

  /// Whether addresses are of real mode proper, in which the table has far pointers for entries.
  var isRealMode: Bool { occasion.mode == .real16 && !occasion.isVirtual8086 }

  /// Whether entries of the table have 16 bytes, and the frame values of 8.
  var isLongMode: Bool { occasion.mode.isLong }
}
