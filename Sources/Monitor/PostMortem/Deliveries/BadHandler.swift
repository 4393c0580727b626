// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// A gate that is there, and leads to a handler that cannot be entered.
enum BadHandler {
  /// The selector in the gate.
  static func segment(_ fault: FaultCase) -> Finding? {
    guard let gate = fault.gate else { return nil }
    let selector = gate.selector
    let meaning =
      selector.isNull ? "that is the null selector" : fault.evidence.meaning(of: selector)
    let now = fault.evidence.registers.cs.selector
    let current =
      now & 0xfffc == selector.rawValue & 0xfffc
      ? " CS holds it, too, from before this GDT was loaded." : " CS is \(hex(now))."
    return Finding(
      .badCodeSegment,
      cause:
        "Gate \(fault.fault.vector) of the IDT leads to code segment \(hex(selector.rawValue)), and "
        + "\(meaning): the handler of \(fault.shortName) cannot be entered.\(current)",
      lookFirst:
        "the selector in the IDT's gates: it has to be that of the kernel's code in the GDT that is loaded "
        + "now, and CS has to be loaded anew behind LGDT")
  }

  /// The offset in the gate.
  static func address(_ fault: FaultCase) -> Finding? {
    guard let gate = fault.gate else { return nil }
    return Finding(
      .wrongGate,
      cause:
        "Gate \(fault.fault.vector) of the IDT leads to \(gate.offset.groupedHex), which is no address of "
        + "code.",
      lookFirst:
        "what fills the IDT: the handler's address lies in the gate in three parts, bytes 0 to 1, 6 to 7 "
        + "and, in long mode, 8 to 11")
  }

  /// The stack that the TSS gives.
  static func stack(_ fault: FaultCase) -> Finding? {
    let task = fault.evidence.registers.tr
    if SegmentSelector(rawValue: task.selector).isNull {
      return Finding(
        .noTaskStack,
        cause:
          "\(fault.shortName) needs a stack from the TSS, and there is no TSS: TR is null, no LTR was "
          + "executed.",
        lookFirst:
          "the code that enters user mode: before, it needs a TSS with the kernel's stack in RSP0 (ESP0 "
          + "and SS0), a descriptor of it in the GDT, and LTR")
    }
    return Finding(
      .noTaskStack,
      cause:
        "\(fault.shortName) needs a stack from the TSS at \(fault.kernel.described(task.base)), and what it finds "
        + "there is no usable stack pointer.",
      lookFirst: "RSP0 and the IST entries of the TSS: the end of a stack that is mapped")
  }
}
