// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// The name of an instruction that raises exceptions for what it is, by its first bytes; nil for all others,
/// whose operands decide.
///
/// Intel SDM Vol. 2D Appendix A "Opcode Map".
struct InstructionName: Equatable {
  let text: String

  init?(_ bytes: InstructionBytes, is64Bit: Bool) {
    var next = 0
    while next < bytes.count, Self.isPrefix(bytes[next], is64Bit: is64Bit) { next += 1 }
    guard next < bytes.count else { return nil }
    let second = next + 1 < bytes.count ? bytes[next + 1] : 0
    let third = next + 2 < bytes.count ? bytes[next + 2] : 0
    let name =
      bytes[next] == 0x0f
      ? Self.twoByte(second, third) : Self.oneByte(bytes[next], second, is64Bit: is64Bit)
    guard let name else { return nil }
    text = name
  }

  /// Legacy prefixes (Vol. 2A §2.1.1 "Instruction Prefixes") and REX (§2.2.1 "REX Prefixes").
  private static func isPrefix(_ byte: UInt8, is64Bit: Bool) -> Bool {
    switch byte {
    case 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3: true
    case 0x40...0x4f: is64Bit
    default: false
    }
  }

  private static func oneByte(_ opcode: UInt8, _ modRM: UInt8, is64Bit: Bool) -> String? {
    // swift-format-ignore
    switch (opcode, modRM >> 3 & 7) {
    case (0x07, _), (0x17, _), (0x1f, _): is64Bit ? nil : "pop to a segment register"
    case (0x62, _):                       is64Bit ? nil : "bound"
    case (0x6c...0x6d, _):                "ins"
    case (0x6e...0x6f, _):                "outs"
    case (0x8e, _):                       "mov to a segment register"
    case (0x9a, _):                       is64Bit ? nil : "far call"
    case (0x9b, _), (0xd8...0xdf, _):     "an x87 instruction"
    case (0xc4, _):                       is64Bit ? nil : "les"
    case (0xc5, _):                       is64Bit ? nil : "lds"
    case (0xca...0xcb, _):                "far return"
    case (0xcc, _):                       "int3"
    case (0xcd, _):                       "int"
    case (0xce, _):                       is64Bit ? nil : "into"
    case (0xcf, _):                       "iret"
    case (0xd4, _):                       is64Bit ? nil : "aam"
    case (0xe4...0xe5, _), (0xec...0xed, _): "in"
    case (0xe6...0xe7, _), (0xee...0xef, _): "out"
    case (0xea, _):                       is64Bit ? nil : "far jmp"
    case (0xf1, _):                       "int1"
    case (0xf4, _):                       "hlt"
    case (0xf6...0xf7, 6):                "div"
    case (0xf6...0xf7, 7):                "idiv"
    case (0xfa, _):                       "cli"
    case (0xfb, _):                       "sti"
    case (0xff, 3):                       "far call"
    case (0xff, 5):                       "far jmp"
    default:                              nil
    }
  }

  private static func twoByte(_ opcode: UInt8, _ modRM: UInt8) -> String? {
    // swift-format-ignore
    switch (opcode, modRM >> 3 & 7) {
    case (0x00, 2):    "lldt"
    case (0x00, 3):    "ltr"
    case (0x01, 2):    "lgdt"
    case (0x01, 3):    "lidt"
    case (0x01, 6):    "lmsw"
    case (0x01, 7):    modRM < 0xc0 ? "invlpg" : nil
    case (0x05, _):    "syscall"
    case (0x06, _):    "clts"
    case (0x07, _):    "sysret"
    case (0x08, _):    "invd"
    case (0x09, _):    "wbinvd"
    case (0x0b, _):    "ud2"
    case (0x20, let register): "mov from CR\(register)"
    case (0x21, let register): "mov from DR\(register)"
    case (0x22, let register): "mov to CR\(register)"
    case (0x23, let register): "mov to DR\(register)"
    case (0x30, _):    "wrmsr"
    case (0x31, _):    "rdtsc"
    case (0x32, _):    "rdmsr"
    case (0x34, _):    "sysenter"
    case (0x35, _):    "sysexit"
    case (0xa1, _):    "pop to FS"
    case (0xa9, _):    "pop to GS"
    case (0xb2, _):    "lss"
    case (0xb4, _):    "lfs"
    case (0xb5, _):    "lgs"
    case (0xb9, _), (0xff, _): "ud"
    default:           nil
    }
  }
}
