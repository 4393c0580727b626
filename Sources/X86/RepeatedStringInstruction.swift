// SPDX-License-Identifier: GPL-2.0-or-later

/// A string instruction with a repeat prefix: the only kind that can be interrupted in its middle.
///
/// Intel SDM Vol. 2B "REP/REPE/REPZ/REPNE/REPNZ—Repeat String Operation Prefix"; prefixes:
/// Vol. 2A §2.1.1 "Instruction Prefixes", §2.2.1 "REX Prefixes".
public struct RepeatedStringInstruction: Equatable, Sendable {
  /// Its bytes, prefixes included.
  public let length: UInt64
  /// The bits of RCX that count its repetitions.
  public let counter: UInt64

  /// The instruction whose bytes `byte` gives by their offset, nil where there is none; nil if it is
  /// another one.
  ///
  /// `addressBits` is the size of addresses by default: 64 in 64-bit mode, else 32 or 16.
  public init?(addressBits: Int, byte: (UInt64) -> UInt8?) {
    var offset: UInt64 = 0
    var isRepeated = false
    var isOtherAddressSize = false
    prefixes: while offset < Self.longestInstruction {
      // swift-format-ignore
      switch byte(offset) {
      case 0xf2, 0xf3:                               isRepeated = true
      case 0x67:                                     isOtherAddressSize = true
      case 0x66, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65: break
      case let rex? where addressBits == 64 && rex & 0xf0 == 0x40: break
      default:                                       break prefixes
      }
      offset += 1
    }
    guard isRepeated, let opcode = byte(offset), Self.isString(opcode) else { return nil }
    length = offset + 1
    counter =
      switch (addressBits, isOtherAddressSize) {
      case (64, false): ~0
      case (64, true), (32, false), (16, true): 0xffff_ffff
      default: 0xffff
      }
  }

  private static let longestInstruction: UInt64 = 15

  /// INS, OUTS, MOVS, CMPS, STOS, LODS, SCAS (Intel SDM Vol. 2D Appendix A.3 "One, Two, Three-Byte
  /// Opcode Maps").
  private static func isString(_ opcode: UInt8) -> Bool {
    switch opcode {
    case 0x6c...0x6f, 0xa4...0xa7, 0xaa...0xaf: true
    default: false
    }
  }
}
