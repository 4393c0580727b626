// SPDX-License-Identifier: GPL-2.0-or-later

/// The LOCK prefix, which only instructions take that read, change and write memory; others are
/// invalid opcodes with it.
///
/// Intel SDM Vol. 2A "LOCK—Assert LOCK# Signal Prefix".
public enum LockPrefix {
  /// The values of ModRM.reg with which `opcode` takes LOCK when its operand is in memory, a bit for
  /// each; 0 if it never does. An opcode of two bytes is 0x0fXX.
  public static func operations(of opcode: UInt32) -> UInt8 {
    // swift-format-ignore
    switch opcode {
    case 0x00, 0x01:         0b1111_1111  // ADD
    case 0x08, 0x09:         0b1111_1111  // OR
    case 0x10, 0x11:         0b1111_1111  // ADC
    case 0x18, 0x19:         0b1111_1111  // SBB
    case 0x20, 0x21:         0b1111_1111  // AND
    case 0x28, 0x29:         0b1111_1111  // SUB
    case 0x30, 0x31:         0b1111_1111  // XOR
    case 0x80...0x83:        0b0111_1111  // those with an immediate, but not CMP
    case 0x86, 0x87:         0b1111_1111  // XCHG
    case 0xf6, 0xf7:         0b0000_1100  // NOT, NEG
    case 0xfe, 0xff:         0b0000_0011  // INC, DEC
    case 0x0fab:             0b1111_1111  // BTS
    case 0x0fb0, 0x0fb1:     0b1111_1111  // CMPXCHG
    case 0x0fb3:             0b1111_1111  // BTR
    case 0x0fba:             0b1110_0000  // BTS, BTR, BTC with an immediate
    case 0x0fbb:             0b1111_1111  // BTC
    case 0x0fc0, 0x0fc1:     0b1111_1111  // XADD
    case 0x0fc7:             0b0000_0010  // CMPXCHG8B, CMPXCHG16B
    default:                 0
    }
  }
}
