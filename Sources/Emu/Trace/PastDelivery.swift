// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A delivery that reached a handler, as far as a look back from the guest's end needs it.
public struct PastDelivery: Equatable, Sendable {
  /// The entry of the IDT.
  public var vector: UInt8
  /// Where it came from.
  public var kind: Interruption.Kind
  /// The error code that was pushed, if one was.
  public var errorCode: UInt32?
  /// The return address, an offset in CS; kernels have segments without a base.
  public var rip: VirtAddr
  /// CR2; for a page fault that came of another delivery, as it was before.
  public var cr2: VirtAddr
  /// The handler's first instruction, an offset in its CS.
  public var handler: VirtAddr
  /// The stack pointer below the frame, of the last time; an offset in SS.
  public var frame: UInt64
  /// RCX, in which RDMSR and WRMSR have the number of their register.
  public var rcx: UInt64
  /// How often the same vector came at the same place in a row, at least once.
  public var count: UInt64

  /// A delivery of these parts.
  public init(
    vector: UInt8, kind: Interruption.Kind, errorCode: UInt32?, rip: VirtAddr, cr2: VirtAddr,
    handler: VirtAddr, frame: UInt64, rcx: UInt64, count: UInt64 = 1
  ) {
    (self.vector, self.kind, self.errorCode) = (vector, kind, errorCode)
    (self.rip, self.cr2, self.handler) = (rip, cr2, handler)
    (self.frame, self.rcx, self.count) = (frame, rcx, count)
  }

  /// The exception that it was; nil for INT n and for interrupts of devices.
  public var exception: Exception? {
    switch kind {
    case .external, .softwareInterrupt: nil
    default: Exception(rawValue: vector)
    }
  }
}

/// The last deliveries, kept always: what comes again and again takes one place.
///
/// So a handler that cannot be fetched, and faults a thousand times, does not push out what came before it.
/// On the way of every delivery: it stores what is at hand, and makes sense of it when somebody asks.
struct DeliveryHistory: ~Copyable {
  private struct Place {
    var vector: UInt8
    var kind: Interruption.Kind
    var errorCode: UInt32?
    var rip, handler: UInt64
    var cr2: VirtAddr
    var frame, rcx: UInt64
    /// 0 in a place that was never taken.
    var count: UInt64
  }

  private static let capacity = 16

  private let places = UnsafeMutablePointer<Place>.allocate(capacity: capacity)
  /// The place that was taken last.
  private var last: UnsafeMutablePointer<Place>

  init() {
    let none = Place(
      vector: 0, kind: .external, errorCode: nil, rip: ~0, handler: 0, cr2: VirtAddr(0), frame: 0,
      rcx: 0, count: 0)
    places.initialize(repeating: none, count: Self.capacity)
    last = places
  }

  deinit { places.deallocate() }

  /// Notes a delivery to a processor with `registers`.
  @inline(__always)
  mutating func note(_ plan: DeliveryPlan, _ registers: Registers) {
    // SAFETY: `last` goes round in the places.
    var place = last
    if place.pointee.rip == plan.event.rip && place.pointee.vector == plan.event.vector {
      place.pointee.count &+= 1
      place.pointee.frame = plan.rsp
      return
    }
    place += 1
    if place == places + Self.capacity { place = places }
    last = place
    place.pointee = Place(
      vector: plan.event.vector, kind: plan.event.kind, errorCode: plan.event.errorCode,
      rip: plan.event.rip, handler: plan.rip, cr2: registers.cr2, frame: plan.rsp,
      rcx: registers.rcx, count: 1)
  }

  /// What was noted, the oldest first.
  var all: [PastDelivery] {
    let newest = last - places
    let order = (1...Self.capacity).map { places[(newest + $0) % Self.capacity] }
    return order.filter { $0.count > 0 }.map { place in
      PastDelivery(
        vector: place.vector, kind: place.kind, errorCode: place.errorCode,
        rip: VirtAddr(place.rip), cr2: place.cr2, handler: VirtAddr(place.handler),
        frame: place.frame, rcx: place.rcx, count: place.count)
    }
  }
}
