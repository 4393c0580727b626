// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// A vector without a gate, or with one that this mode does not know.
enum MissingGate {
  static func diagnose(_ fault: FaultCase) -> Finding? {
    let vector = fault.fault.vector
    let raw = fault.gate.map { ($0.low, $0.high) } ?? (0, 0)
    if raw == (0, 0) { return empty(fault) }
    guard let gate = fault.gate else { return nil }
    if !gate.access.contains(.present), gate.type != nil {
      return Finding(
        .noGate,
        cause: "Gate \(vector) of the IDT is not present: its P bit (bit 47) is 0.",
        lookFirst:
          "what fills the IDT: the type byte of gate \(vector) is \(hex(gate.access.rawValue)), and "
          + "an interrupt gate has 0x8e")
    }
    let isLong = fault.evidence.registers.efer.contains(.lma)
    let type = gate.type?.name ?? "of no type of gate"
    return Finding(
      .wrongGate,
      cause:
        "Gate \(vector) of the IDT is no gate that \(isLong ? "long" : "protected") mode knows: its type is "
        + "\(type).",
      lookFirst: isLong
        ? "the size of the IDT's entries: long mode has 16 bytes each, of which the first 8 have type 0xe or 0xf"
        : "the type byte of gate \(vector): 0x8e is an interrupt gate, 0x8f a trap gate")
  }

  private static func empty(_ fault: FaultCase) -> Finding {
    let vector = fault.fault.vector
    if let unmapped = fault.unmappedVector {
      return Finding(
        .noGate, cause: "\(unmapped) Gate \(vector) of the IDT is empty.",
        lookFirst:
          "the ICW2 that the kernel sends to ports 0x21 and 0xa1: remap the controllers to vectors 32 to "
          + "47 before STI")
    }
    let mask =
      fault.isDevice
      ? "; or mask the line at the controller until there is one" : ""
    return Finding(
      .noGate,
      cause: "Gate \(vector) of the IDT is empty, so \(fault.shortName) has no handler.",
      lookFirst: "what fills the IDT: put a handler in gate \(vector)\(mask)")
  }
}
