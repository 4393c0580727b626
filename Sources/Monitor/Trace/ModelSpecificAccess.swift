// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// An RDMSR or WRMSR that raised #GP.
struct ModelSpecificAccess: Equatable {
  /// Whether it is WRMSR.
  let isWrite: Bool
  /// The number of the register, from ECX.
  let number: UInt32

  /// The instruction that begins with `code`, if it is one of the two.
  init?(_ code: [UInt8], rcx: UInt64) {
    guard code.count > 1, code[0] == 0x0f, code[1] == 0x30 || code[1] == 0x32 else { return nil }
    (isWrite, number) = (code[1] == 0x30, UInt32(truncatingIfNeeded: rcx))
  }

  /// The one that was interrupted there.
  init?(_ occasion: Occasion) {
    let code = occasion.code
    self.init((0..<min(2, code.count)).map { code[$0] }, rcx: occasion.rcx)
  }

  /// Whether the processor has the register.
  var exists: Bool { MSR(rawValue: number) != nil }

  /// What it is, and why it is refused.
  var words: String {
    let what = "\(isWrite ? "WRMSR to" : "RDMSR of") \(UInt64(number).groupedHex)"
    if let there = MSR(rawValue: number) {
      return "\(what), \(there.name): "
        + (isWrite ? "not in ring 0, or reserved bits are set in EDX:EAX" : "not in ring 0")
    }
    let absent = AbsentMSR(number)
    let name = absent.map { ", \($0.name)" } ?? ""
    guard let feature = absent?.feature else {
      return "\(what)\(name): this processor has no such register"
    }
    return "\(what)\(name): this processor has no \(feature), as CPUID says"
  }
}
