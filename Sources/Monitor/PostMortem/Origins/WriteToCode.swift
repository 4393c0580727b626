// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A write to a read-only page that holds the kernel's code or constants.
enum WriteToCode {
  static func diagnose(_ fault: FaultCase) -> Finding? {
    guard fault.reason == .writeProtected, let address = fault.fault.cr2,
      let section = fault.kernel.section(of: address), !section.flags.contains(.writable)
    else { return nil }
    let name = fault.kernel.sectionName(of: address) ?? "a section of the kernel"
    let holds = section.flags.contains(.executable) ? "the kernel's code" : "constants"
    return Finding(
      .writeToCode,
      cause:
        "\(fault.place) wrote to \(fault.kernel.described(address)) in \(name), which holds \(holds) and is "
        + "mapped read-only.",
      lookFirst: "the pointer that \(fault.place) writes through: it leads to "
        + "\(fault.kernel.name(of: address))")
  }
}
