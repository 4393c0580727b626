// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

extension DebugReason {
  /// Why it came: `a single step, as TF was 1`, `breakpoint 1: a write to the 4 bytes at 0x104004`. Several conditions may
  /// have been met at once.
  func words(_ name: (VirtAddr) -> String) -> String {
    var reasons: [String] = []
    if conditions.contains(.debugRegister) {
      reasons.append("an access to a debug register, while GD of DR7 is 1")
    }
    if conditions.contains(.taskSwitch) { reasons.append("T is 1 in the TSS of the new task") }
    if conditions.contains(.singleStep) { reasons.append("a single step, as TF was 1") }
    reasons += breakpoints.map { "breakpoint \($0): \(place(of: $0, name))" }
    return reasons.joined(separator: "; ")
  }

  private func place(of number: Int, _ name: (VirtAddr) -> String) -> String {
    let address = registers.addresses[number]
    let length = registers.dr7.length(number)
    let bytes = length == 1 ? "the byte" : "the \(length) bytes"
    return switch registers.dr7.condition(number) {
    case .execution: "the instruction at \(name(address))"
    case .writes: "a write to \(bytes) at \(name(address))"
    case .accesses: "an access to \(bytes) at \(name(address))"
    case .ports:
      "an access to \(length == 1 ? "port" : "\(length) ports from") \(hex(address.value))"
    }
  }
}
