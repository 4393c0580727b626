// SPDX-License-Identifier: GPL-2.0-or-later

/// A family of instructions: opcode bytes that differ in a few bits, and what follows them.
struct Template {
  /// How often it is taken, in proportion to the others.
  let weight: Int
  let opcode: [UInt8]
  /// Bits of the last opcode byte that are random.
  let random: UInt8
  let operands: [Operand]

  enum Operand {
    /// ModRM with a random register field.
    case modrm
    /// ModRM with this register field.
    case digit(UInt8)
    case imm8, imm16
    /// 16 or 32 bits, by the operand size.
    case immediate
    /// A jump that stays near.
    case near8, near
    /// An address as wide as addresses are.
    case offset
    /// A selector with an offset in front of it.
    case far
  }

  init(_ weight: Int, _ opcode: [UInt8], _ random: UInt8 = 0, _ operands: Operand...) {
    self.weight = weight
    self.opcode = opcode
    self.random = random
    self.operands = operands
  }

  // Intel SDM Vol. 2D Appendix A "Opcode Map", by rows.
  // swift-format-ignore
  static let all: [Template] = [
    // Arithmetic and moves.
    Template(10, [0x00], 0x3b, .modrm),
    Template(6,  [0x04], 0x38, .imm8),
    Template(4,  [0x05], 0x38, .immediate),
    Template(8,  [0x80], 0x00, .modrm, .imm8),
    Template(6,  [0x81], 0x00, .modrm, .immediate),
    Template(6,  [0x83], 0x00, .modrm, .imm8),
    Template(4,  [0x40], 0x0f),                          // INC, DEC; REX in 64-bit mode
    Template(4,  [0x84], 0x03, .modrm),                  // TEST, XCHG
    Template(14, [0x88], 0x03, .modrm),                  // MOV
    Template(4,  [0xa0], 0x03, .offset),
    Template(8,  [0xb8], 0x07, .immediate),
    Template(4,  [0xb0], 0x07, .imm8),
    Template(4,  [0xc6], 0x00, .digit(0), .imm8),
    Template(4,  [0xc7], 0x00, .digit(0), .immediate),
    Template(3,  [0x8d], 0x00, .modrm),                  // LEA
    Template(3,  [0x90], 0x07),
    Template(4,  [0xc0], 0x01, .modrm, .imm8),           // shifts
    Template(4,  [0xd0], 0x03, .modrm),
    Template(8,  [0xf6], 0x01, .modrm),                  // TEST (without its operand), NOT, MUL, DIV
    Template(4,  [0x69], 0x00, .modrm, .immediate),
    Template(2,  [0x6b], 0x00, .modrm, .imm8),
    Template(2,  [0x27], 0x18),                          // DAA and its like
    Template(2,  [0xd4], 0x01, .imm8),
    Template(2,  [0xd6], 0x01),                          // SALC, XLAT
    Template(3,  [0x98], 0x01),
    // The stack.
    Template(12, [0x50], 0x0f),
    Template(4,  [0x60], 0x01),
    Template(4,  [0x68], 0x00, .immediate),
    Template(3,  [0x6a], 0x00, .imm8),
    Template(3,  [0x8f], 0x00, .modrm),
    Template(6,  [0x9c], 0x01),                          // PUSHF, POPF
    Template(3,  [0x9e], 0x01),
    Template(3,  [0xc8], 0x00, .imm16, .imm8),           // ENTER
    Template(3,  [0xc9], 0x00),
    Template(8,  [0x06], 0x19),                          // PUSH and POP of ES, CS, SS, DS
    Template(4,  [0x0f, 0xa0], 0x09),
    Template(10, [0xff], 0x00, .modrm),                  // INC, CALL, JMP, PUSH
    Template(3,  [0xfe], 0x00, .modrm),
    // Control.
    Template(8,  [0x70], 0x0f, .near8),
    Template(5,  [0xeb], 0x00, .near8),
    Template(5,  [0xe0], 0x03, .near8),
    Template(4,  [0xe8], 0x01, .near),
    Template(3,  [0x0f, 0x80], 0x0f, .near),
    Template(4,  [0xc3], 0x00),
    Template(3,  [0xc2], 0x00, .imm16),
    Template(5,  [0xea], 0x00, .far),
    Template(5,  [0x9a], 0x00, .far),
    Template(5,  [0xcb], 0x00),
    Template(2,  [0xca], 0x00, .imm16),
    Template(5,  [0xff], 0x00, .digit(3)),               // far CALL and JMP
    Template(5,  [0xff], 0x00, .digit(5)),
    Template(6,  [0xcd], 0x00, .imm8),
    Template(3,  [0xcc], 0x00),
    Template(2,  [0xce], 0x00),
    Template(2,  [0xf1], 0x00),
    Template(8,  [0xcf], 0x00),                          // IRET
    Template(3,  [0x62], 0x01, .modrm),                  // BOUND, ARPL or MOVSXD
    // Strings.
    Template(14, [0xa4], 0x03),
    Template(10, [0xaa], 0x01),
    Template(8,  [0xac], 0x03),
    Template(6,  [0x6c], 0x03),                          // INS, OUTS
    // Ports and flags.
    Template(6,  [0xe4], 0x03, .imm8),
    Template(4,  [0xec], 0x03),
    Template(3,  [0xf4], 0x00),
    Template(10, [0xf8], 0x07),                          // CLC ... STD, and INC or DEC
    // Segments.
    Template(8,  [0x8e], 0x00, .modrm),
    Template(5,  [0x8c], 0x00, .modrm),
    Template(4,  [0xc4], 0x01, .modrm),                  // LES, LDS
    Template(4,  [0x0f, 0xb2], 0x07, .modrm),            // LSS, LFS, LGS, BTR, MOVZX
    Template(8,  [0x0f, 0x00], 0x00, .modrm),            // SLDT ... VERW
    Template(10, [0x0f, 0x01], 0x00, .modrm),            // SGDT ... INVLPG, SWAPGS
    Template(6,  [0x0f, 0x02], 0x01, .modrm),            // LAR, LSL
    // The system.
    Template(4,  [0x0f, 0x05], 0x00),                    // SYSCALL
    Template(3,  [0x0f, 0x06], 0x01),                    // CLTS, SYSRET
    Template(3,  [0x0f, 0x08], 0x07),                    // INVD, WBINVD, UD2, PREFETCH
    Template(14, [0x0f, 0x20], 0x03, .modrm),            // MOV CR, DR
    Template(6,  [0x0f, 0x30], 0x07),                    // WRMSR, RDTSC, RDMSR, SYSENTER, SYSEXIT
    Template(3,  [0x0f, 0xa2], 0x08),                    // CPUID, RSM
    // Of two bytes, for programs.
    Template(5,  [0x0f, 0x40], 0x0f, .modrm),
    Template(3,  [0x0f, 0x90], 0x0f, .modrm),
    Template(4,  [0x0f, 0xa3], 0x18, .modrm),
    Template(4,  [0x0f, 0xba], 0x00, .modrm, .imm8),
    Template(3,  [0x0f, 0xa4], 0x08, .modrm, .imm8),
    Template(3,  [0x0f, 0xa5], 0x08, .modrm),
    Template(4,  [0x0f, 0xb0], 0x01, .modrm),
    Template(3,  [0x0f, 0xbc], 0x03, .modrm),
    Template(4,  [0x0f, 0xc0], 0x01, .modrm),
    Template(4,  [0x0f, 0xc7], 0x00, .modrm),
    Template(2,  [0x0f, 0xc8], 0x07),
    Template(2,  [0x0f, 0x18], 0x07, .modrm),
    // FPU, MMX, SSE; the prefix that is part of the opcode comes with the random ones.
    Template(12, [0xd8], 0x07, .modrm),
    Template(2,  [0x9b], 0x00),
    Template(8,  [0x0f, 0x10], 0x07, .modrm),
    Template(5,  [0x0f, 0x28], 0x07, .modrm),
    Template(8,  [0x0f, 0x50], 0x0f, .modrm),
    Template(8,  [0x0f, 0x60], 0x0f, .modrm),
    Template(3,  [0x0f, 0x70], 0x03, .modrm, .imm8),
    Template(4,  [0x0f, 0x74], 0x0b, .modrm),
    Template(6,  [0x0f, 0xae], 0x00, .modrm),            // FXSAVE ... SFENCE
    Template(4,  [0x0f, 0xc2], 0x04, .modrm, .imm8),
    Template(8,  [0x0f, 0xd0], 0x2f, .modrm),
    // What the processor does not have.
    Template(3,  [0x0f, 0x38, 0x00], 0xff, .modrm),
    Template(2,  [0x0f, 0x3a, 0x00], 0xff, .modrm, .imm8),
    Template(2,  [0x0f, 0x00], 0xff, .modrm),
    Template(2,  [0xc4], 0x01, .modrm, .imm8),
  ]

  private static let total = all.reduce(0) { $0 + $1.weight }

  /// One of all, by weight.
  static func random(_ dice: inout Dice) -> Template {
    var left = dice.below(total)
    for template in all {
      left -= template.weight
      if left < 0 { return template }
    }
    return all[0]
  }
}
