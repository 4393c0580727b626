// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// What there is to say of a fault that has no shape of its own.
enum PlainException {
  static func diagnose(_ fault: FaultCase) -> Finding? {
    if fault.isDevice { return device(fault) }
    guard let exception = fault.exception else {
      return Finding(
        .softwareInterrupt,
        cause: "The instruction before \(fault.longPlace) is INT \(hex(fault.fault.vector)).",
        lookFirst: "gate \(fault.fault.vector) of the IDT")
    }
    let (what, look) = words(exception, fault)
    return Finding(.plainException, cause: what + ".", lookFirst: look)
  }

  private static func device(_ fault: FaultCase) -> Finding {
    let line = fault.evidence.controllers.line(of: fault.fault.vector)
    return Finding(
      .deviceInterrupt,
      cause: "\(line.map { "\($0)" } ?? "A device") interrupted \(fault.longPlace) with vector "
        + "\(fault.fault.vector).",
      lookFirst: "gate \(fault.fault.vector) of the IDT")
  }

  private static func words(_ exception: Exception, _ fault: FaultCase) -> (String, String) {
    let place = fault.longPlace
    switch exception {
    case .pageFault: return pageFault(fault)
    case .divideError:
      return (
        "\(place) divided by zero, or the quotient does not fit its register",
        "the divisor at \(fault.place)"
      )
    case .invalidOpcode: return invalidOpcode(fault)
    case .breakpoint:
      return ("The instruction before \(place) is INT3, a breakpoint", "why the INT3 is there")
    case .debug:
      return (
        "A debug exception came at \(place)"
          + ": \(fault.debug?.words(fault.kernel.described) ?? "a single step, or a breakpoint")",
        "RFLAGS.TF and DR7"
      )
    case .deviceNotAvailable:
      return (
        "\(place) is an FPU or SSE instruction, and CR0.EM or CR0.TS is 1",
        "CR0: clear EM and TS before code that uses floating point or SSE"
      )
    case .generalProtection: return generalProtection(fault)
    case .floatingPoint, .simdFloatingPoint:
      return ("\(place) raised a floating-point exception", "the operands at \(fault.place)")
    default:
      return (
        "\(exception.title) at \(place)"
          + selectorWords(fault.fault.errorCode), "the instruction at \(place)"
      )
    }
  }

  private static func pageFault(_ fault: FaultCase) -> (String, String) {
    guard let address = fault.fault.cr2 else { return ("A page fault at \(fault.longPlace)", "") }
    let target = fault.kernel.described(address)
    if fault.isFetch {
      let isMissing = fault.reason == .notPresent
      let why = isMissing ? "" : fault.walk.map { ": \($0.sentence)" } ?? ""
      let what = isMissing ? "where nothing is mapped" : "which may not be executed"
      return (
        "Execution got to \(target), \(what)\(why)",
        isMissing
          ? "who jumped or returned there: a pointer, or a return address that was overwritten"
          : "the rights of that page, if there is code; else who jumped there"
      )
    }
    let whose = fault.pageFaultCode?.contains(.user) == true ? "The user program at " : ""
    let why = fault.walk.map { ": \($0.sentence)" } ?? ""
    let first = "\(whose)\(fault.longPlace) \(fault.accessInPast) \(target)\(why)"
    if address.value < 0x1000 {
      return (
        first + ". So close to 0 it is a null pointer, plus the offset of a field",
        "the pointer at \(fault.place): who should have set it?"
      )
    }
    switch fault.reason {
    case .notPresent:
      return (
        first, "\(fault.place): is \(address.text) the address you meant? If it is, map it before"
      )
    case .reservedBit:
      return (
        first, "the code that made that entry: an address or a flag is at the wrong place in it"
      )
    default:
      return (first, "\(fault.place), and the rights of that page")
    }
  }

  private static func invalidOpcode(_ fault: FaultCase) -> (String, String) {
    let code = fault.code()
    if code.starts(with: [0x0f, 0x0b]) {
      return (
        "\(fault.longPlace) is UD2, which compilers put where a program must never come: a failed check, a "
          + "panic without a message, the end of a function that never returns",
        "the check before \(fault.place) in the source"
      )
    }
    if !fault.evidence.isCode(fault.fault.rip) {
      return (
        "Execution got to \(fault.longPlace), which is no code of the kernel",
        "who jumped or returned there: a pointer, or a return address that was overwritten"
      )
    }
    return (
      "The bytes \(byteText(code)) at \(fault.longPlace) are no instruction of this processor in "
        + "\(fault.evidence.registers.mode.rawValue)",
      "which instruction the compiler or assembler meant at \(fault.place)"
    )
  }

  /// Instructions that raise #GP(0) for reasons of their own.
  // swift-format-ignore
  private static let guarded: [(bytes: [UInt8], what: String)] = [
    ([0x0f, 0x22],       "MOV to a control register: a reserved bit, or bits that do not go together"),
    ([0x48, 0xcf],       "IRETQ: the frame that it pops does not fit; look at CS, SS and RIP on the stack"),
    ([0xcf],             "IRET: the frame that it pops does not fit; look at CS, SS and EIP on the stack"),
    ([0xf4],             "HLT, which only the kernel may execute"),
    ([0xfa],             "CLI, for which the program's IOPL is too low"),
    ([0xfb],             "STI, for which the program's IOPL is too low"),
    ([0x0f, 0x01],       "LGDT, LIDT, INVLPG or one of their kin: only the kernel may, and not everywhere"),
    ([0x48, 0x0f, 0x07], "SYSRET: the address in RCX is not canonical"),
  ]

  private static func generalProtection(_ fault: FaultCase) -> (String, String) {
    let code = fault.code()
    let first = "\(fault.longPlace) raised #GP\(selectorWords(fault.fault.errorCode))"
    if let access = ModelSpecificAccess(code, rcx: fault.evidence.registers.rcx) {
      let place = fault.place
      return (
        "\(first); it is \(access.words)",
        access.exists
          ? "\(place): is it in ring 0, and what does it write?"
          : "\(place): ask CPUID first whether the processor has that"
      )
    }
    if let known = guarded.first(where: { code.starts(with: $0.bytes) }) {
      return (
        "\(first); it is \(known.what)",
        "\(fault.place): may the program do that there, and are its operands right?"
      )
    }
    if fault.fault.errorCode == 0, fault.evidence.registers.mode == .long64,
      let name = fault.evidence.nonCanonicalRegister
    {
      return (
        "\(first): \(name) is not canonical (bits 63 to 47 differ), and using it as an address does that",
        "where \(fault.place) has that pointer from"
      )
    }
    return (first, "the instruction at \(fault.longPlace), bytes \(byteText(code))")
  }

  private static func selectorWords(_ code: UInt32?) -> String {
    guard let code, code & 0xfffe != 0 else { return "" }
    return " for \(SelectorErrorCode(rawValue: code))"
  }

  private static func byteText(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}

extension Evidence {
  /// `RAX = 0x8000_0000_0000`, the first register that holds no canonical address.
  fileprivate var nonCanonicalRegister: String? {
    let r = registers
    let all = [
      ("RAX", r.rax), ("RBX", r.rbx), ("RCX", r.rcx), ("RDX", r.rdx), ("RSI", r.rsi),
      ("RDI", r.rdi), ("RBP", r.rbp), ("RSP", r.rsp), ("R8", r.r8), ("R9", r.r9), ("R10", r.r10),
      ("R11", r.r11), ("R12", r.r12), ("R13", r.r13), ("R14", r.r14), ("R15", r.r15),
    ]
    // Numbers of bytes and small negative numbers are canonical; flags in high bits may not be.
    return all.first { !VirtAddr($0.1).isCanonical }.map { "\($0.0) = \($0.1.groupedHex)" }
  }
}

extension FaultCase {
  /// `#PF`, `INT 0x80`, `IRQ 0 (timer)`.
  var shortName: String {
    if isDevice {
      return evidence.controllers.line(of: fault.vector).map { "\($0)" }
        ?? "a device's interrupt with vector \(fault.vector)"
    }
    return exception?.facts.mnemonic ?? "INT \(hex(fault.vector))"
  }

  /// `#PF Page Fault for 0x1234`.
  var summary: String {
    guard let exception else { return shortName }
    let address = fault.cr2.map { " for \(kernel.described($0))" } ?? ""
    return "\(exception.title)\(address)"
  }
}
