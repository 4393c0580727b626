// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import X86

/// Which bytes are a string instruction with a repeat prefix, and what counts its repetitions.
@Suite struct RepeatedStringInstructionTests {
  private func decode(_ code: [UInt8], _ bits: Int) -> RepeatedStringInstruction? {
    RepeatedStringInstruction(addressBits: bits) { $0 < code.count ? code[Int($0)] : nil }
  }

  // swift-format-ignore
  @Test(arguments: [
    ([0xf3, 0xa4],                   64, 2, ~0),           // rep movsb
    ([0xf3, 0x48, 0xab],             64, 3, ~0),           // rep stosq
    ([0x67, 0xf3, 0x48, 0xa5],       64, 4, 0xffff_ffff),  // rep movsq, by ESI and EDI
    ([0xf2, 0xae],                   32, 2, 0xffff_ffff),  // repne scasb
    ([0x67, 0xf3, 0xa7],             32, 3, 0xffff),       // repe cmpsd, by SI and DI
    ([0xf3, 0x6c],                   16, 2, 0xffff),       // rep insb
    ([0x66, 0x67, 0xf3, 0x6f],       16, 4, 0xffff_ffff),  // rep outsd, by ESI
    ([0xf3, 0x2e, 0x64, 0xad],       32, 4, 0xffff_ffff),  // rep lodsd, two segment prefixes
  ] as [([UInt8], Int, UInt64, UInt64)])
  func aStringInstructionIsFound(_ code: [UInt8], _ bits: Int, length: UInt64, counter: UInt64) {
    let found = decode(code + [0x90], bits)
    #expect(found?.length == length)
    #expect(found?.counter == counter)
  }

  // swift-format-ignore
  @Test(arguments: [
    ([0xa4],                              64), // without a prefix
    ([0xf3, 0x90],                        64), // pause
    ([0xf3, 0x0f, 0x10, 0x00],            64), // movss
    ([0xf3, 0x48, 0xa4],                  32), // rep dec eax
    ([0xf3],                              64), // the page behind is missing
    ([UInt8](repeating: 0xf3, count: 20), 64),
  ] as [([UInt8], Int)])
  func anythingElseIsNone(_ code: [UInt8], _ bits: Int) {
    #expect(decode(code, bits) == nil)
  }
}
