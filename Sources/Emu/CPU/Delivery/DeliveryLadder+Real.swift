// SPDX-License-Identifier: GPL-2.0-or-later
import X86

// Real mode (Intel SDM Vol. 2A, INT n, "Operation", REAL-ADDRESS-MODE; Vol. 3B §20.1.4 "Interrupt and
// Exception Handling"): an entry of the table is a far pointer, and no error code is pushed.
//
//      31                           16 15                              0
//     ┌───────────────────────────────┬─────────────────────────────────┐
//     │              CS               │               IP                │
//     └───────────────────────────────┴─────────────────────────────────┘

extension DeliveryLadder {
  mutating func climbReal(_ registers: Registers) throws(DeliveryFault) -> DeliveryPlan {
    let offset = UInt64(event.vector) * 4
    guard offset + 3 <= UInt64(registers.idtr.limit) else {
      throw DeliveryFault(.vectorInTable, .generalProtection, noCode)
    }
    let address = registers.linear(registers.idtr.base, offset)
    let pointer = try read(address, bytes: 4, for: .gateReadable, noCode)

    var frame = InterruptFrame(
      width: 2, top: registers.rsp, base: registers.ss.base, mask: registers.ss.pointerMask)
    frame.push(registers.rflags.rawValue)
    frame.push(UInt64(registers.cs.selector))
    frame.push(event.rip)
    guard frame.fits(in: registers.ss) else {
      throw DeliveryFault(.stackRoom, .stackFault, noCode)
    }
    let ip = pointer & 0xffff
    // The limit of CS stays what it was.
    guard ip <= UInt64(registers.cs.limit) else {
      throw DeliveryFault(.entryPoint, .generalProtection, noCode)
    }
    try checkWrites(of: frame, privilege: .supervisor(ac: false))

    let selector = UInt16(truncatingIfNeeded: pointer >> 16)
    var cs = registers.cs
    cs.selector = selector
    cs.base = VirtAddr(UInt64(selector) << 4)
    return DeliveryPlan(
      event: event,
      gate: GateDescriptor(
        .interruptGate16, selector: SegmentSelector(rawValue: selector), offset: ip),
      gateAddress: address, oldPrivilege: 0, newPrivilege: 0, stack: .current, frame: frame, cs: cs,
      ss: registers.ss, rip: ip, rsp: registers.ss.pointer(registers.rsp, movedTo: frame.bottom),
      rflags: registers.rflags.subtracting([.interrupts, .trap, .alignmentCheck, .resume]),
      clearsDataSegments: false, accessed: [], touched: touched, pages: pages)
  }
}

extension Registers.Segment {
  /// The bits of the stack pointer that count in this stack segment: 32 with B, else 16.
  var pointerMask: UInt64 { flags.contains(.big) ? 0xffff_ffff : 0xffff }

  /// The whole stack pointer after pushes from `old` down to `bottom`: in a 16-bit stack segment the
  /// upper bits stay.
  func pointer(_ old: UInt64, movedTo bottom: UInt64) -> UInt64 {
    flags.contains(.big) ? bottom : old & ~0xffff | bottom
  }
}
