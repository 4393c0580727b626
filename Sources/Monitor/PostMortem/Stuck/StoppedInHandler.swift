// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// A guest that stopped in the handler of an exception: a panic, or the end of an unhandled one.
enum StoppedInHandler {
  static func diagnose(_ evidence: Evidence) -> (Finding, FaultCase?)? {
    guard
      let delivery = evidence.deliveries.last(where: {
        isBad($0, evidence) && evidence.isInside($0)
      })
    else { return nil }
    let fault = FaultCase(delivery, evidence.atFault(delivery))
    let handler = evidence.kernel.described(delivery.handler)
    if let unmapped = fault.unmappedVector {
      return (
        Finding(
          .stoppedInHandler,
          cause: "The guest is in \(handler), which \(fault.shortName) has entered. \(unmapped)",
          lookFirst:
            "the ICW2 that the kernel sends to ports 0x21 and 0xa1: remap the controllers to vectors 32 "
            + "to 47 before STI"), fault
      )
    }
    guard let why = Origins.finding(fault) else { return nil }
    return (
      Finding(
        .stoppedInHandler,
        cause: "The guest stopped in its handler of \(fault.shortName), \(handler). \(why.cause)",
        lookFirst: why.lookFirst, walk: why.walk), fault
    )
  }

  /// Whether what was delivered is no part of a program that works.
  private static func isBad(_ delivery: PastDelivery, _ evidence: Evidence) -> Bool {
    if let exception = delivery.exception { return exception != .breakpoint && exception != .debug }
    return delivery.kind == .external && evidence.controllers.masterBase == 8
      && (8...15).contains(delivery.vector)
  }
}

extension Evidence {
  /// Whether the handler of `delivery` has not returned: its frame is on the stack still.
  func isInside(_ delivery: PastDelivery) -> Bool {
    let place = returnAddressPlace(of: delivery)
    return registers.rsp <= delivery.frame && delivery.frame &- registers.rsp < 1 << 20
      && word(at: place) == delivery.rip.value
  }

  private func returnAddressPlace(of delivery: PastDelivery) -> VirtAddr {
    VirtAddr(delivery.frame &+ (delivery.errorCode == nil ? 0 : width))
  }

  /// The guest with the registers that the frame of `delivery` has kept.
  ///
  /// The others are what the handler has saved, if its call frame information says where. Without it RBP
  /// is that of the first frame above, for a handler that keeps frame pointers, and the rest is the handler's.
  func atFault(_ delivery: PastDelivery) -> Evidence {
    var past = self
    past.registers.rip = delivery.rip.value
    let frame = returnAddressPlace(of: delivery)
    // IP, CS, FLAGS, and in 64-bit mode SP.
    past.registers.rsp =
      registers.mode == .long64
      ? word(at: VirtAddr(frame.value &+ 3 * width)) ?? registers.rsp : frame.value &+ 3 * width
    past.registers.cr2 = delivery.cr2
    past.deliveries.removeAll { $0 == delivery }
    if registers.mode == .long64,
      let saved = registers(where: { [rip = delivery.rip, rsp = past.registers.rsp] in
        $0[Registers.dwarfRIP] == rip.value && $0[Registers.dwarfRSP] == rsp
      })
    {
      past.registers.dwarf = saved
      return past
    }
    var pointer = framePointer
    while pointer >= stackPointer, pointer.value < past.registers.rsp,
      let next = word(at: pointer), next > pointer.value
    {
      pointer = VirtAddr(next)
    }
    if pointer.value >= past.registers.rsp { past.registers.rbp = pointer.value }
    return past
  }
}
