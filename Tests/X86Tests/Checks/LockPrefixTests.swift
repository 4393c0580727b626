// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@Suite("LOCK")
struct LockPrefixTests {
  /// Intel SDM Vol. 2A "LOCK—Assert LOCK# Signal Prefix", spelled out: opcodes, and ModRM.reg where it
  /// is part of them.
  // swift-format-ignore
  private static let allowed: [(String, [UInt32], [Int])] = [
    ("ADD",      [0x00, 0x01],     Array(0...7)), ("ADD imm",  Array(0x80...0x83), [0]),
    ("OR",       [0x08, 0x09],     Array(0...7)), ("OR imm",   Array(0x80...0x83), [1]),
    ("ADC",      [0x10, 0x11],     Array(0...7)), ("ADC imm",  Array(0x80...0x83), [2]),
    ("SBB",      [0x18, 0x19],     Array(0...7)), ("SBB imm",  Array(0x80...0x83), [3]),
    ("AND",      [0x20, 0x21],     Array(0...7)), ("AND imm",  Array(0x80...0x83), [4]),
    ("SUB",      [0x28, 0x29],     Array(0...7)), ("SUB imm",  Array(0x80...0x83), [5]),
    ("XOR",      [0x30, 0x31],     Array(0...7)), ("XOR imm",  Array(0x80...0x83), [6]),
    ("INC",      [0xfe, 0xff],     [0]),          ("DEC",      [0xfe, 0xff],       [1]),
    ("NOT",      [0xf6, 0xf7],     [2]),          ("NEG",      [0xf6, 0xf7],       [3]),
    ("XCHG",     [0x86, 0x87],     Array(0...7)), ("XADD",     [0x0fc0, 0x0fc1],   Array(0...7)),
    ("BTS",      [0x0fab],         Array(0...7)), ("BTS imm",  [0x0fba],           [5]),
    ("BTR",      [0x0fb3],         Array(0...7)), ("BTR imm",  [0x0fba],           [6]),
    ("BTC",      [0x0fbb],         Array(0...7)), ("BTC imm",  [0x0fba],           [7]),
    ("CMPXCHG",  [0x0fb0, 0x0fb1], Array(0...7)), ("CMPXCHG8B", [0x0fc7],          [1]),
  ]

  @Test("is for instructions that change memory, and for no others")
  func table() {
    var expected: [UInt32: UInt8] = [:]
    for (_, opcodes, operations) in Self.allowed {
      for opcode in opcodes {
        for operation in operations { expected[opcode, default: 0] |= 1 << operation }
      }
    }
    for opcode in Array(0...0xff) + Array(0x0f00...0x0fff) as [UInt32] {
      #expect(LockPrefix.operations(of: opcode) == expected[opcode, default: 0])
    }
  }
}
