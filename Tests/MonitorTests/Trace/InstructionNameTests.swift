// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Emu
@testable import Monitor

/// Instructions that raise exceptions for what they are, by name.
@Suite struct InstructionNameTests {
  private func name(_ bytes: [UInt8], is64Bit: Bool = true) -> String? {
    var code = InstructionBytes()
    for byte in bytes { code.append(byte) }
    return InstructionName(code, is64Bit: is64Bit)?.text
  }

  @Test(
    arguments: [
      ([0xcc], "int3"), ([0x0f, 0x0b], "ud2"), ([0xf4], "hlt"), ([0xf7, 0xf1], "div"),
      ([0x48, 0xf7, 0xf9], "idiv"), ([0x66, 0x48, 0xf7, 0x34, 0x25], "div"),
      ([0x48, 0xcf], "iret"),
      ([0x0f, 0x22, 0xd8], "mov to CR3"), ([0x44, 0x0f, 0x20, 0xc0], "mov from CR0"),
      ([0x0f, 0x01, 0x18], "lidt"), ([0x0f, 0x01, 0x38], "invlpg"), ([0x0f, 0x30], "wrmsr"),
      ([0x8e, 0xd8], "mov to a segment register"), ([0xee], "out"),
      ([0xdf, 0xe0], "an x87 instruction"),
    ] as [([UInt8], String)])
  func `an instruction has its name, whatever its prefixes`(_ bytes: [UInt8], _ wanted: String) {
    #expect(name(bytes) == wanted)
  }

  @Test(
    arguments: [
      [], [0x48], [0x66, 0x66, 0x66], [0x8b, 0x04, 0x25], [0x0f], [0xf7, 0xc1], [0x0f, 0x01, 0xf8],
    ] as [[UInt8]])
  func `others have none`(_ bytes: [UInt8]) {
    #expect(name(bytes) == nil)
  }

  @Test func `what is a prefix in 64-bit mode is an instruction elsewhere`() {
    #expect(name([0x48, 0xf4]) == "hlt" && name([0x48, 0xf4], is64Bit: false) == nil)
    #expect(name([0x62]) == nil && name([0x62], is64Bit: false) == "bound")
  }
}
