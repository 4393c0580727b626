// SPDX-License-Identifier: GPL-2.0-or-later

/// The beginning of an instruction in 64-bit mode: what it is, and where its memory operand lies.
///
///     ┌──────────────┬─────┬────────────┬───────┬─────┬──────────────┬───────────┐
///     │ prefixes 0-4 │ REX │ opcode 1-3 │ ModRM │ SIB │ displacement │ immediate │
///     └──────────────┴─────┴────────────┴───────┴─────┴──────────────┴───────────┘
///
/// Intel SDM Vol. 2A §2.1 "Instruction Format for Protected Mode, Real-Address Mode, and Virtual-8086
/// Mode", §2.2.1 "REX Prefixes"; the opcodes are those of Vol. 2D appendix A "Opcode Map".
public struct InstructionHead: Hashable, Sendable {
  /// The opcode; 0x0fXX if it has two bytes, and of those of three the first two.
  public private(set) var opcode: UInt32 = 0
  /// ModRM, if the opcode has one.
  public private(set) var modRM: UInt8?
  /// SIB, if ModRM asks for it.
  private var sib: UInt8 = 0
  /// REX; 0 if there is none.
  private var rex: UInt8 = 0
  /// Whether FS or GS replaces the operand's segment; other segments' prefixes are ignored.
  private var hasSegment = false
  /// The two bytes behind the opcode, of RET alone.
  private var immediate: UInt64 = 0

  /// The head of an instruction whose byte number n is `byte(n)`, nil if it cannot be read; nil if the
  /// head does not end within 15 bytes.
  public init?(_ byte: (Int) -> UInt8?) {
    var place = 0
    func next() -> UInt8? {
      defer { place += 1 }
      return place < 15 ? byte(place) : nil
    }
    while true {
      guard let code = next() else { return nil }
      if takePrefix(code) { continue }
      opcode = UInt32(code)
      break
    }
    if opcode == 0x0f {
      guard let second = next() else { return nil }
      opcode = 0x0f00 | UInt32(second)
      if second == 0x38 || second == 0x3a { guard next() != nil else { return nil } }
    }
    if opcode == 0xc2 {
      guard let low = next(), let high = next() else { return nil }
      immediate = UInt64(high) << 8 | UInt64(low)
    }
    guard Self.hasModRM(opcode) else { return }
    guard let modRM = next() else { return nil }
    self.modRM = modRM
    if modRM >> 6 != 3 && modRM & 7 == 4 {
      guard let sib = next() else { return nil }
      self.sib = sib
    }
  }

  private mutating func takePrefix(_ code: UInt8) -> Bool {
    switch code {
    case 0x64, 0x65: hasSegment = true
    case 0x26, 0x2e, 0x36, 0x3e, 0x66, 0x67, 0xf0, 0xf2, 0xf3: break
    case 0x40...0x4f:
      rex = code
      return true
    default: return false
    }
    rex = 0  // counts only right before the opcode
    return true
  }

  private static func hasModRM(_ opcode: UInt32) -> Bool {
    switch opcode {
    case 0x00...0x3f: opcode & 7 < 4
    case 0x62, 0x63, 0x69, 0x6b, 0x80...0x8f, 0xc0, 0xc1, 0xc4...0xc7: true
    case 0xd0...0xd3, 0xd8...0xdf, 0xf6, 0xf7, 0xfe, 0xff: true
    case ...0xff: false
    case 0x0f05...0x0f0b, 0x0f0e, 0x0f30...0x0f37, 0x0f77, 0x0f80...0x0f8f: false
    case 0x0fa0...0x0fa2, 0x0fa8...0x0faa, 0x0fc8...0x0fcf: false
    default: true
    }
  }

  /// ModRM.reg, which is part of some opcodes.
  private var operation: UInt8? { modRM.map { $0 >> 3 & 7 } }
}

// The stack.
extension InstructionHead {
  /// Whether SS is the segment of a data access to `address` that the instruction makes; `rsp` is the
  /// stack pointer before it.
  ///
  /// Intel SDM Vol. 1 §3.7.5 "Specifying a Segment Selector in a Memory Operand": SS is for what is
  /// pushed and popped, and for operands with RSP or RBP as the base.
  public func usesStackSegment(at address: VirtAddr, rsp: UInt64) -> Bool {
    let above = Int64(bitPattern: address.value &- rsp)
    // swift-format-ignore
    switch (opcode, operation) {
    case (0x50...0x5f, _), (0x68, _), (0x6a, _), (0x9c, _), (0x9d, _): return true  // PUSH, POP
    case (0x0fa0, _), (0x0fa1, _), (0x0fa8, _), (0x0fa9, _):           return true  // of FS, GS
    case (0xc2, _), (0xc3, _), (0xca, _), (0xcb, _), (0xcf, _):        return true  // RET, IRET
    case (0xc8, _), (0xc9, _), (0xe8, _):                              return true  // ENTER, LEAVE, CALL
    case (0xff, 2), (0xff, 3), (0xff, 6):  // CALL and PUSH, of an operand
      return (-16..<0).contains(above) || operandUsesStackSegment
    case (0x8f, 0):  // POP to an operand
      return (0..<8).contains(above) || operandUsesStackSegment
    default:
      return operandUsesStackSegment
    }
  }

  private var operandUsesStackSegment: Bool {
    guard let modRM, modRM >> 6 != 3, !hasSegment, rex & 1 == 0 else { return false }
    let hasSIB = modRM & 7 == 4
    let base = hasSIB ? sib & 7 : modRM & 7
    // RSP can only be the base of a SIB. RBP without a displacement means that there is no base.
    return base == 4 || base == 5 && modRM >> 6 != 0
  }
}

// Near branches.
extension InstructionHead {
  /// How much further down the stack pointer was before the instruction, a near JMP, CALL or RET.
  public var stackRelease: UInt64 {
    switch (opcode, operation) {
    case (0xe8, _), (0xff, 2): 0 &- 8
    case (0xc3, _): 8
    case (0xc2, _): 8 + immediate
    default: 0
    }
  }

  /// Whether the instruction behind it is never next: a near JMP, CALL or RET.
  public var alwaysBranches: Bool {
    switch (opcode, operation) {
    case (0xe8, _), (0xe9, _), (0xeb, _), (0xc2, _), (0xc3, _), (0xff, 2), (0xff, 4): true
    default: false
    }
  }
}
