// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@Suite("Aligned operands")
struct AlignedOperandTests {
  // swift-format-ignore
  @Test("are those of 16 bytes that no unaligned move reads", arguments: [
    // instruction         opcode  prefix        aligned
    ("movups",             0x0f10, .none,        false),
    ("movss",              0x0f10, .repeatEqual, false),
    ("movlps",             0x0f12, .none,        false),
    ("movsldup",           0x0f12, .repeatEqual, true),
    ("movddup",            0x0f12, .repeatNot,   false),
    ("movaps",             0x0f28, .none,        true),
    ("movapd",             0x0f29, .data,        true),
    ("cvtpi2ps",           0x0f2a, .none,        false),
    ("cvttps2pi",          0x0f2c, .none,        false),
    ("cvttpd2pi",          0x0f2c, .data,        true),
    ("ucomiss",            0x0f2e, .none,        false),
    ("addps",              0x0f58, .none,        true),
    ("addpd",              0x0f58, .data,        true),
    ("addsd",              0x0f58, .repeatNot,   false),
    ("addss",              0x0f58, .repeatEqual, false),
    ("rcpps",              0x0f53, .none,        true),
    ("cvtps2pd",           0x0f5a, .none,        false),
    ("cvtpd2ps",           0x0f5a, .data,        true),
    ("cvttps2dq",          0x0f5b, .repeatEqual, true),
    ("paddd mm",           0x0ffe, .none,        false),
    ("paddd xmm",          0x0ffe, .data,        true),
    ("movd",               0x0f6e, .data,        false),
    ("movdqa",             0x0f6f, .data,        true),
    ("movdqu",             0x0f6f, .repeatEqual, false),
    ("movq xmm, m64",      0x0f7e, .repeatEqual, false),
    ("movdqu to memory",   0x0f7f, .repeatEqual, false),
    ("pshufw",             0x0f70, .none,        false),
    ("pshuflw",            0x0f70, .repeatNot,   true),
    ("cmpss",              0x0fc2, .repeatEqual, false),
    ("pinsrw",             0x0fc4, .data,        false),
    ("movq m64, xmm",      0x0fd6, .data,        false),
    ("cvtdq2pd",           0x0fe6, .repeatEqual, false),
    ("cvtpd2dq",           0x0fe6, .repeatNot,   true),
    ("movntdq",            0x0fe7, .data,        true),
    ("movntq",             0x0fe7, .none,        false),
    ("lddqu",              0x0ff0, .repeatNot,   false),
    ("maskmovdqu",         0x0ff7, .data,        false),
    ("cmovo",              0x0f40, .none,        false),
  ] as [(String, UInt32, AlignedOperand.Prefix, Bool)])
  func table(name: String, opcode: UInt32, prefix: AlignedOperand.Prefix, isAligned: Bool) {
    #expect(AlignedOperand.isOperand(of: opcode, prefix) == isAligned)
  }
}
