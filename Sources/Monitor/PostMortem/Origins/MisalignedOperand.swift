// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// An SSE instruction whose operand of 16 bytes is not at a multiple of 16: #GP(0), nearly always because the
/// stack is not where compilers expect it (Intel SDM Vol. 1 §4.1.1 "Alignment of Words, Doublewords,
/// Quadwords, and Double Quadwords"; System V ABI for x86-64, §3.2.2 "The Stack Frame").
enum MisalignedOperand {
  static func diagnose(_ fault: FaultCase) -> Finding? {
    guard fault.exception == .generalProtection, fault.fault.errorCode == 0,
      let isOnStack = reachesStack(fault.code(15))
    else { return nil }
    let stack = fault.evidence.stackPointer
    guard isOnStack else {
      return Finding(
        .misalignedOperand,
        cause:
          "\(fault.longPlace) is an SSE instruction with an operand of 16 bytes in memory, which has to be at a "
          + "multiple of 16, and is not.",
        lookFirst: "the pointer that \(fault.place) uses, and the alignment of what it points to")
    }
    return Finding(
      .misalignedOperand,
      cause:
        "The stack is misaligned: \(fault.longPlace) is an SSE instruction with an operand of 16 bytes on the "
        + "stack, which has to be at a multiple of 16, and is not (RSP is \(stack.text)). Compilers rely on "
        + "RSP being a multiple of 16 before each CALL.",
      lookFirst:
        "assembly that calls compiled code: the kernel's entry and the interrupt stubs have to bring RSP to a "
        + "multiple of 16 before the CALL")
  }

  /// Whether RSP or RBP leads to the instruction's operand of 16 bytes; nil if it has none.
  ///
  ///     [66] [REX] 0F opcode ModRM: mod 7..6 | reg 5..3 | r/m 2..0; r/m 4: SIB follows, base 2..0
  ///
  /// MOVAPS, MOVAPD, MOVNTPS (0F 28, 29, 2B), MOVDQA (66 0F 6F, 7F), MOVNTDQ (66 0F E7), and arithmetic
  /// with packed operands (0F 51, 54...59, 5C...5F).
  private static func reachesStack(_ code: [UInt8]) -> Bool? {
    let isWide = code.first == 0x66
    var rest = code.dropFirst(isWide ? 1 : 0)
    let rex = rest.first.map { $0 & 0xf0 == 0x40 } == true ? rest.removeFirst() : 0
    guard rest.count > 3, rest.removeFirst() == 0x0f else { return nil }
    switch rest.removeFirst() {
    case 0x28, 0x29, 0x2b, 0x51, 0x54...0x59, 0x5c...0x5f: break
    case 0x6f, 0x7f, 0xe7: if !isWide { return nil }
    default: return nil
    }
    let mode = rest.removeFirst()
    guard mode >> 6 != 3 else { return nil }
    let hasOldBase = rex & 1 == 0
    let base = mode & 7 == 4 ? (rest.first ?? 0) & 7 : mode & 7
    let isPointer = base == 4 || (base == 5 && mode >> 6 != 0)
    return isPointer && hasOldBase
  }
}
