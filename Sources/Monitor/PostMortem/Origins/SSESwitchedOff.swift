// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// SSE instructions, which compilers use freely, before the kernel has switched them on: #UD while
/// CR4.OSFXSR is 0 or CR0.EM is 1, #NM while CR0.TS is 1
/// (Intel SDM Vol. 3A §2.5 "Control Registers", Vol. 1 §13.1.4 "Enabling SSE").
enum SSESwitchedOff {
  static func diagnose(_ fault: FaultCase) -> Finding? {
    let registers = fault.evidence.registers
    let missing = [
      registers.cr4.contains(.osfxsr) ? nil : "CR4.OSFXSR (bit 9) is 0",
      registers.cr0.contains(.em) ? "CR0.EM (bit 2) is 1" : nil,
    ].compactMap { $0 }
    guard fault.exception == .invalidOpcode, !missing.isEmpty, isSSE(fault.code()) else {
      return nil
    }
    return Finding(
      .sseSwitchedOff,
      cause: "\(fault.place) is an SSE instruction, and SSE is not switched on: "
        + "\(missing.joined(separator: ", ")).",
      lookFirst:
        "the kernel's start: clear CR0.EM, set CR0.MP, CR4.OSFXSR and CR4.OSXMMEXCPT; or compile the "
        + "kernel without SSE (-mno-sse, -mgeneral-regs-only, a soft-float target)")
  }

  /// Whether the instruction is one of SSE's with XMM registers: 0F 10...17, 28...2F, 50...7F, C2...C6,
  /// D0...FF, behind 66, F2, F3 and REX.
  private static func isSSE(_ code: [UInt8]) -> Bool {
    let opcode = code.drop { [0x66, 0xf2, 0xf3].contains($0) || $0 & 0xf0 == 0x40 }
    guard opcode.count > 1, opcode.first == 0x0f, let second = opcode.dropFirst().first else {
      return false
    }
    switch second {
    case 0x10...0x17, 0x28...0x2f, 0x50...0x7f, 0xc2...0xc6, 0xd0...0xfe: return true
    default: return false
    }
  }
}
