// SPDX-License-Identifier: GPL-2.0-or-later

/// How an instruction goes on, as far as its bytes tell.
///
/// Intel SDM Vol. 1 §7.3.8 "Control Transfer Instructions", §6.3 "Calling Procedures Using CALL and RET";
/// the opcodes are those of Vol. 2D appendix A "Opcode Map".
public enum ControlTransfer: Hashable, Sendable {
  /// With the next one, if it is not a conditional branch.
  case none
  /// JMP, near or far.
  case jump
  /// CALL, near or far: it pushes the address behind it.
  case call
  /// RET, near or far: it pops an address, and then `released` bytes.
  case `return`(released: UInt64)
  /// INT n, INT3, INTO, INT1.
  case interrupt
  /// IRET.
  case interruptReturn
  /// SYSCALL or SYSENTER.
  case systemCall
  /// SYSRET or SYSEXIT.
  case systemReturn

  /// The transfer of the instruction with these bytes, in code of 64 bits or fewer.
  public init(_ bytes: some Collection<UInt8>, is64Bit: Bool) {
    let code = bytes.drop { Self.isPrefix($0, is64Bit: is64Bit) }
    guard let opcode = code.first else {
      self = .none
      return
    }
    let rest = Array(code.dropFirst().prefix(2))
    let operation = rest.first.map { $0 >> 3 & 7 }
    // swift-format-ignore
    switch (opcode, operation) {
    case (0xe8, _), (0xff, 2), (0xff, 3): self = .call
    case (0x9a, _) where !is64Bit:        self = .call
    case (0xe9, _), (0xeb, _):            self = .jump
    case (0xff, 4), (0xff, 5):            self = .jump
    case (0xea, _) where !is64Bit:        self = .jump
    case (0xc3, _), (0xcb, _):            self = .return(released: 0)
    case (0xc2, _), (0xca, _):
      self = .return(released: rest.count == 2 ? UInt64(rest[0]) | UInt64(rest[1]) << 8 : 0)
    case (0xcc...0xcd, _), (0xf1, _):     self = .interrupt
    case (0xce, _) where !is64Bit:        self = .interrupt
    case (0xcf, _):                       self = .interruptReturn
    case (0x0f, _):                       self = Self.twoByte(rest.first)
    default:                              self = .none
    }
  }

  private static func twoByte(_ second: UInt8?) -> ControlTransfer {
    switch second {
    case 0x05, 0x34: .systemCall
    case 0x07, 0x35: .systemReturn
    default: .none
    }
  }

  /// Legacy prefixes (Vol. 2A §2.1.1 "Instruction Prefixes") and REX (§2.2.1 "REX Prefixes").
  private static func isPrefix(_ byte: UInt8, is64Bit: Bool) -> Bool {
    switch byte {
    case 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3: true
    case 0x40...0x4f: is64Bit
    default: false
    }
  }
}
