// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// XD in a page-table entry while EFER.NXE is 0: bit 63 is reserved then, and no access to the page
/// succeeds (Intel SDM Vol. 3A §4.5 "4-Level Paging and 5-Level Paging").
enum NoExecuteWithoutNXE {
  static func diagnose(_ fault: FaultCase) -> Finding? {
    guard fault.reason == .reservedBit(63), !fault.evidence.registers.efer.contains(.nxe),
      let walk = fault.walk, let step = walk.steps.last, let address = fault.fault.cr2
    else { return nil }
    return Finding(
      .noExecuteWithoutNXE,
      cause:
        "\(fault.place) \(fault.accessInPast) \(fault.kernel.described(address)), whose \(step.level.name) "
        + "entry has bit 63 (XD, no-execute) set, but no-execute is not switched on: while EFER.NXE is 0, "
        + "the bit is reserved and every access faults.",
      lookFirst:
        "the code that switches on paging: set bit 11 (NXE) of the MSR EFER (0xc0000080) before, or "
        + "leave bit 63 out of the entries")
  }
}
