// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// The arithmetic flags are the same whatever block an instruction is a part of.
@Suite struct FlagsTests {
  // swift-format-ignore
  @Test(arguments: [
    // name                bytes                              CF
    ("bt eax, 0",          [0x0f, 0xba, 0xe0, 0x00],          1),
    ("bt eax, 1",          [0x0f, 0xba, 0xe0, 0x01],          0),
    ("bts eax, 2",         [0x0f, 0xba, 0xe8, 0x02],          0),
    ("btr ecx, eax",       [0x0f, 0xb3, 0xc1],                0),
    ("btc eax, eax",       [0x0f, 0xbb, 0xc0],                0),
    ("bt [0x180000], eax", [0x0f, 0xa3, 0x05, 0, 0, 0x18, 0], 0),
  ] as [(String, [UInt8], UInt64)], [
    // What is between a comparison that sets CF, PF, AF and SF, and the test.
    [],            // the flags are known as those of a difference
    [0x9e],        // sahf: as they are
    [0xd2, 0xe3],  // shl bl, cl with CL = 0: known when it runs
    [0x9c, 0x9d],  // pushfd; popfd: the test begins a block
  ] as [[UInt8]])
  func aBitTestLeavesTheOthers(
    _ test: (name: String, code: [UInt8], carry: UInt64), _ between: [UInt8]
  ) throws {
    // mov esp, 0x180000; xor ecx, ecx; mov eax, 0x9501; cmp al, 2
    let before: [UInt8] = [
      0xbc, 0, 0, 0x18, 0, 0x31, 0xc9, 0xb8, 0x01, 0x95, 0, 0, 0x3c, 0x02,
    ]
    for window in [1, .max] as [UInt64] {
      let guest = try RunningMachine(code: before + between + test.code + [0xf4])
      #expect(guest.run(window: window) == .halted)
      let arithmetic = guest.machine.registers.rflags.rawValue & 0x8d5
      #expect(arithmetic == 0x84 | test.carry, "in windows of \(window)")
    }
  }
}
