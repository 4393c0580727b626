// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Writes random instructions for a mode: mostly valid ones, with operands that hit something.
struct CodeWriter {
  let width: Int
  var dice: Dice

  // swift-format-ignore
  private static let ports: [UInt64] = [
    0x20, 0x21, 0xa0, 0xa1, 0x4d0,          // 8259
    0x40, 0x43, 0x61,                       // 8254
    0x60, 0x64, 0x70, 0x71, 0x92,
    0x3f8, 0x3f9, 0x3fb, 0xe9, 0x80,
    0x3d4, 0x3d5, 0x3da, 0xcf8,
  ]

  /// About `count` bytes of code.
  mutating func code(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      // swift-format-ignore
      switch dice.below(40) {
      case 0:     bytes += (0..<8).map { _ in dice.byte() }
      case 1:     bytes += writeMSR()
      case 2:     bytes += writeControlRegister()
      case 3:     bytes += writeItself()
      case 4:     bytes += pushFrame()
      case 5:     bytes += port()
      default:    bytes += instruction()
      }
    }
    return Array(bytes.prefix(count))
  }

  /// An instruction of a random template.
  mutating func instruction() -> [UInt8] {
    let template = Template.random(&dice)
    var bytes: [UInt8] = []
    var (operand, address) = (width == 16 ? 16 : 32, width)
    while dice.once(in: 5) {
      let prefix = dice.one(of: [
        0x66, 0x66, 0x67, 0xf0, 0xf2, 0xf3, 0xf3, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65,
      ])
      if prefix == 0x66 { operand = width == 16 ? 32 : 16 }
      if prefix == 0x67 { address = width == 32 ? 16 : 32 }
      bytes.append(UInt8(prefix))
    }
    var wide = false
    if width == 64 && dice.once(in: 2) {
      let rex = 0x40 | dice.byte() & 15
      wide = rex & 8 != 0
      bytes.append(rex)
    }
    bytes += template.opcode.dropLast()
    bytes.append((template.opcode.last ?? 0) ^ dice.byte() & template.random)
    for item in template.operands {
      // swift-format-ignore
      switch item {
      case .modrm:            bytes += modrm(dice.byte() & 7, address)
      case .digit(let digit): bytes += modrm(digit, address)
      case .imm8:             bytes.append(dice.byte())
      case .imm16:            bytes += Dice.bytes(dice.next() & (dice.once(in: 4) ? 0xffff : 0x1f), 2)
      case .immediate:        bytes += Dice.bytes(value(), wide && template.opcode == [0xb8] ? 8 : operand / 8)
      case .near8:            bytes.append(UInt8(truncatingIfNeeded: dice.below(48) - 16))
      case .near:             bytes += Dice.bytes(UInt64(dice.below(256)) &- 96, operand / 8)
      case .offset:           bytes += Dice.bytes(Place.interesting(&dice), address / 8)
      case .far:              bytes += far(operand / 8)
      }
    }
    return bytes
  }

  /// A value that is an address, a selector, small or anything.
  private mutating func value() -> UInt64 {
    // swift-format-ignore
    switch dice.below(4) {
    case 0:  dice.next()
    case 1:  dice.next() % 256 &- 16
    case 2:  UInt64(Selectors.random(&dice))
    default: Place.interesting(&dice)
    }
  }

  private mutating func far(_ size: Int) -> [UInt8] {
    let target = Place.code + dice.next() % UInt64(Place.codeSize)
    return Dice.bytes(target, size) + Dice.bytes(UInt64(Selectors.random(&dice)), 2)
  }

  /// ModRM, SIB and displacement (Intel SDM Vol. 2A §2.1.5 "Addressing-Mode Encoding of ModR/M and SIB Bytes").
  private mutating func modrm(_ register: UInt8, _ address: Int) -> [UInt8] {
    let mode = dice.one(of: [0, 1, 1, 2, 3, 3] as [UInt8])
    let rm = dice.byte() & 7
    var bytes = [mode << 6 | register << 3 | rm]
    guard mode != 3 else { return bytes }
    var displacement = [0, 1, address == 16 ? 2 : 4][Int(mode)]
    if address == 16 {
      if mode == 0 && rm == 6 { displacement = 2 }
    } else {
      if mode == 0 && rm == 5 { displacement = 4 }
      if rm == 4 {
        let sib = dice.byte()
        bytes.append(sib)
        if mode == 0 && sib & 7 == 5 { displacement = 4 }
      }
    }
    let far = displacement > 1 && (mode == 0 || dice.once(in: 2))
    let offset = far ? Place.interesting(&dice) : dice.next() % 64 &- 16
    return bytes + Dice.bytes(offset, displacement)
  }

  /// `mov register, value` with an operand of at most 32 bits.
  private func set(_ register: UInt8, _ value: UInt64) -> [UInt8] {
    (width == 16 ? [0x66] : []) + [0xb8 | register] + Dice.bytes(value, 4)
  }

  private mutating func writeMSR() -> [UInt8] {
    let known = MSR.allCases.map { UInt64($0.rawValue) }
    let number =
      dice.once(in: 6)
      ? dice.one(of: [0xc000_0000, 0x8b, 0]) + dice.next() % 0x200 : dice.one(of: known)
    let high = dice.one(of: [0, 0, 0xffff_ffff, dice.next()])
    let low = number == UInt64(MSR.efer.rawValue) ? dice.next() & 0xd01 : value()
    return set(1, number) + set(0, low) + set(2, high) + [0x0f, dice.one(of: [0x30, 0x30, 0x32])]
  }

  private mutating func writeControlRegister() -> [UInt8] {
    func bit(_ number: UInt64) -> UInt64 { 1 << number }
    // swift-format-ignore
    let (number, bits): (UInt8, UInt64) =
      switch dice.below(6) {
      case 0, 1: (0, bit(dice.one(of: [0, 1, 2, 3, 5, 16, 18, 29, 30, 31])))
      case 2:    (3, bit(dice.next() % 17))
      case 3:    (2, dice.next() & 0xffff_ffff)
      case 4:    (8, dice.next() & 15)
      default:   (4, bit(dice.next() % 23))
      }
    let rex: [UInt8] = width == 64 && number == 8 ? [0x44] : []
    let toggle = (width == 16 ? [0x66] : []) + [0x35] + Dice.bytes(bits, 4)  // xor eax, bits
    let field = (number & 7) << 3 | 0xc0
    return rex + [0x0f, 0x20, field] + toggle + rex + [0x0f, 0x22, field]
  }

  /// Stores that hit the instructions which follow.
  private mutating func writeItself() -> [UInt8] {
    let at = Dice.bytes(Place.code + dice.next() % UInt64(Place.codeSize), width == 16 ? 2 : 4)
    // mov byte [at], imm8; inc dword [at], with [disp16], [disp32] or SIB without base.
    let mode: [UInt8] = width == 16 ? [0x06] : width == 32 ? [0x05] : [0x04, 0x25]
    return dice.once(in: 2) ? [0xc6] + mode + at + [dice.byte()] : [0xff] + mode + at
  }

  /// A frame for IRET, of selectors and addresses that may fit, and the IRET.
  private mutating func pushFrame() -> [UInt8] {
    let ring = dice.below(4)
    let flags = dice.next() & 0x3_7fd5 & (dice.once(in: 4) ? ~0 : 0x3cd5)
    let target = Place.code + dice.next() % UInt64(Place.codeSize)
    let frame = [
      UInt64(Selectors.data(&dice)), Place.stackTop(ring), flags, UInt64(Selectors.code(&dice)),
      target,
    ]
    let prefix: [UInt8] = width == 64 ? [0x48] : []
    return frame.flatMap { [0x68] + Dice.bytes($0, width == 16 ? 2 : 4) } + prefix + [0xcf]
  }

  /// An access to a port of a device.
  private mutating func port() -> [UInt8] {
    // The exit port, reset and power-off end a guest: seldom.
    let number = dice.one(of: Self.ports)
    let prefix: [UInt8] = width == 16 ? [] : [0x66]
    let access: UInt8 = dice.one(of: [0xec, 0xed, 0xee, 0xee, 0xef])
    return prefix + [0xba] + Dice.bytes(number, 2) + [0xb0, dice.byte(), access]
  }
}
