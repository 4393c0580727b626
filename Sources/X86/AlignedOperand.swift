// SPDX-License-Identifier: GPL-2.0-or-later

/// Operands in memory that must lie at a multiple of 16 bytes: those of SSE instructions that read or
/// write 16 bytes, but for the moves that are there for others.
///
/// Intel SDM Vol. 1 §10.4.1.1 "SSE Data Movement Instructions"; Vol. 2A §2.4 Table 2-21 "Type 1 Class
/// Exception Conditions" and Table 2-22 for those without AVX; each instruction's page says how much it
/// reads. Left out are MOVUPS, MOVUPD, MOVDQU, LDDQU, and what CPUID does not promise.
public enum AlignedOperand {
  /// The prefix that belongs to the opcode.
  public enum Prefix: UInt8, Sendable {
    case none = 0b0001
    case data = 0b0010  // 66
    case repeatNot = 0b0100  // F2
    case repeatEqual = 0b1000  // F3

    /// The prefix that is this byte; none for any other.
    public init(byte: UInt8) {
      // swift-format-ignore
      switch byte {
      case 0x66: self = .data
      case 0xf2: self = .repeatNot
      case 0xf3: self = .repeatEqual
      default:   self = .none
      }
    }
  }

  /// Whether `opcode`, 0x0fXX, has such an operand with this prefix.
  public static func isOperand(of opcode: UInt32, _ prefix: Prefix) -> Bool {
    prefixes(of: opcode) & prefix.rawValue != 0
  }

  /// The prefixes with which an opcode has such an operand.
  private static func prefixes(of opcode: UInt32) -> UInt8 {
    // swift-format-ignore
    switch opcode {
    //                       F3 F2 66 none
    case 0x0f12:             0b1000  // MOVSLDUP
    case 0x0f14, 0x0f15:     0b0011  // UNPCKLPS, UNPCKHPS, -PD
    case 0x0f16:             0b1000  // MOVSHDUP
    case 0x0f28, 0x0f29:     0b0011  // MOVAPS, MOVAPD
    case 0x0f2b:             0b0011  // MOVNTPS, MOVNTPD
    case 0x0f2c, 0x0f2d:     0b0010  // CVTTPD2PI, CVTPD2PI
    case 0x0f51:             0b0011  // SQRTPS, -PD
    case 0x0f52, 0x0f53:     0b0001  // RSQRTPS, RCPPS
    case 0x0f54...0x0f59:    0b0011  // ANDPS, ANDNPS, ORPS, XORPS, ADDPS, MULPS, -PD
    case 0x0f5a:             0b0010  // CVTPD2PS
    case 0x0f5b:             0b1011  // CVTDQ2PS, CVTPS2DQ, CVTTPS2DQ
    case 0x0f5c...0x0f5f:    0b0011  // SUBPS, MINPS, DIVPS, MAXPS, -PD
    case 0x0f60...0x0f6d:    0b0010  // PUNPCK..., PACK..., PCMPGT...
    case 0x0f6f, 0x0f7f:     0b0010  // MOVDQA
    case 0x0f70:             0b1110  // PSHUFD, PSHUFLW, PSHUFHW
    case 0x0f74...0x0f76:    0b0010  // PCMPEQ...
    case 0x0f7c, 0x0f7d:     0b0110  // HADDPD, HADDPS, HSUBPD, HSUBPS
    case 0x0fc2, 0x0fc6:     0b0011  // CMPPS, SHUFPS, -PD
    case 0x0fd0:             0b0110  // ADDSUBPD, ADDSUBPS
    case 0x0fd1...0x0fd5:    0b0010  // PSRLW ... PMULLW
    case 0x0fd8...0x0fe5:    0b0010  // PSUBUSB ... PMULHW
    case 0x0fe6:             0b0110  // CVTTPD2DQ, CVTPD2DQ
    case 0x0fe7:             0b0010  // MOVNTDQ
    case 0x0fe8...0x0fef:    0b0010  // PSUBSB ... PXOR
    case 0x0ff1...0x0ff6:    0b0010  // PSLLW ... PSADBW
    case 0x0ff8...0x0ffe:    0b0010  // PSUBB ... PADDD
    default:                 0
    }
  }
}
