// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// An IDT that is not there, or too short.
enum MissingTable {
  static func diagnose(_ fault: FaultCase) -> Finding? {
    let table = fault.evidence.registers.idtr
    let size: UInt64 = fault.evidence.registers.efer.contains(.lma) ? 16 : 8
    guard table.limit != 0 else { return none(fault) }
    let last = (UInt64(table.limit) + 1) / size
    let range = last == 0 ? "no vector at all" : "vectors 0 to \(last - 1)"
    return Finding(
      .shortIDT,
      cause:
        "The IDT is too short for \(fault.shortName): its limit is \(hex(UInt64(table.limit))), which is "
        + "\(range)." + (fault.unmappedVector.map { " " + $0 } ?? ""),
      lookFirst:
        "the limit that the kernel gives to LIDT: the size of the table in bytes, less one "
        + "(256 entries of \(size) bytes: \(hex(256 * size - 1)))")
  }

  private static func none(_ fault: FaultCase) -> Finding {
    let base = fault.evidence.registers.idtr.base
    let why =
      base.value == 0
      ? "There is no IDT: its base and limit are 0, as the boot loader left them, so no LIDT was executed"
      : "The IDT at \(fault.kernel.described(base)) has limit 0"
    return Finding(
      .noIDT,
      cause: "\(why), and no handler could be told."
        + (fault.unmappedVector.map { " " + $0 } ?? ""),
      lookFirst: fault.isDevice
        ? "where interrupts are switched on (STI): an IDT has to be loaded before"
        : "load an IDT with LIDT before anything can fault, with gates for vectors 8, 13 and 14 at least"
    )
  }

  /// The IDT's entry cannot be read.
  static func notMapped(_ fault: FaultCase, at address: VirtAddr?) -> Finding {
    let base = fault.evidence.registers.idtr.base
    return Finding(
      .idtNotMapped,
      cause:
        "The IDT cannot be read: it is at \(fault.kernel.described(base)), and the page tables map nothing "
        + "at \((address ?? base).text).",
      lookFirst:
        "the page tables that CR3 points to (\(fault.evidence.registers.cr3.groupedHex)): the IDT, the "
        + "GDT and the TSS have to be mapped in all of them")
  }
}
