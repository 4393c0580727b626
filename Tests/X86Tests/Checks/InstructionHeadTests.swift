// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@Suite("The head of an instruction")
struct InstructionHeadTests {
  private static func head(_ bytes: [UInt8]) -> InstructionHead? {
    InstructionHead { $0 < bytes.count ? bytes[$0] : nil }
  }

  // swift-format-ignore
  @Test("says which accesses go through SS", arguments: [
    // instruction                          bytes                                 address - RSP, SS
    ("push rax",                            [0x50],                                       -8, true),
    ("pop r15",                             [0x41, 0x5f],                                  0, true),
    ("push 1",                              [0x6a, 0x01],                                 -8, true),
    ("push fs",                             [0x0f, 0xa0],                                 -8, true),
    ("popfq",                               [0x9d],                                        0, true),
    ("call rel32",                          [0xe8, 0, 0, 0, 0],                           -8, true),
    ("ret",                                 [0xc3],                                        0, true),
    ("rep ret 8",                           [0xf3, 0xc2, 8, 0],                            0, true),
    ("retfq",                               [0x48, 0xcb],                                  0, true),
    ("iretq",                               [0x48, 0xcf],                                  0, true),
    ("enter 0, 0",                          [0xc8, 0, 0, 0],                              -8, true),
    ("leave",                               [0xc9],                                   0x4000, true),
    ("push [rcx]: what it reads",           [0xff, 0x31],                             0x4000, false),
    ("push [rcx]: what it writes",          [0xff, 0x31],                                 -8, true),
    ("push [rbp + 8]: what it reads",       [0xff, 0x75, 8],                          0x4000, true),
    ("call [rax]: what it reads",           [0xff, 0x10],                             0x4000, false),
    ("call [rax]: what it writes",          [0xff, 0x10],                                 -8, true),
    ("pop [rdi]: what it reads",            [0x8f, 0x07],                                  0, true),
    ("pop [rdi]: what it writes",           [0x8f, 0x07],                             0x4000, false),
    ("jmp [rsp]",                           [0xff, 0x24, 0x24],                            0, true),
    ("inc [rcx]",                           [0xff, 0x01],                                 -8, false),
    ("mov eax, [rax]",                      [0x8b, 0x00],                                  0, false),
    ("mov eax, [rbp + 0]",                  [0x8b, 0x45, 0],                               0, true),
    ("mov eax, [rip]",                      [0x8b, 0x05, 0, 0, 0, 0],                      0, false),
    ("mov eax, [rsp]",                      [0x8b, 0x04, 0x24],                            0, true),
    ("mov eax, [rbp + rax]",                [0x8b, 0x44, 0x05, 0],                         0, true),
    ("mov eax, [rax + rbp]",                [0x8b, 0x04, 0x28],                            0, false),
    ("mov eax, [rax * 2 + disp32]",         [0x8b, 0x04, 0x45, 0, 0, 0, 0],                0, false),
    ("mov eax, [r12]",                      [0x41, 0x8b, 0x04, 0x24],                      0, false),
    ("mov eax, [r13 + 0]",                  [0x41, 0x8b, 0x45, 0],                         0, false),
    ("mov r8d, [rbp + r8]",                 [0x46, 0x8b, 0x44, 0x05, 0],                   0, true),
    ("mov eax, fs:[rbp + 0]",               [0x64, 0x8b, 0x45, 0],                         0, false),
    ("mov eax, gs:[rsp]",                   [0x65, 0x8b, 0x04, 0x24],                      0, false),
    ("mov eax, ds:[rbp + 0]",               [0x3e, 0x8b, 0x45, 0],                         0, true),
    ("mov eax, ss:[rax]",                   [0x36, 0x8b, 0x00],                            0, false),
    ("movsb",                               [0xa4],                                        0, false),
    ("mov al, [moffs]",                     [0xa0, 0, 0, 0, 0, 0, 0, 0, 0x80],             0, false),
    ("movaps xmm0, [rsp]",                  [0x0f, 0x28, 0x04, 0x24],                      0, true),
    ("pshufb mm0, [rbp + 0]",               [0x0f, 0x38, 0x00, 0x45, 0],                   0, true),
    ("a REX that does not count, [rbp]",    [0x41, 0x66, 0x8b, 0x45, 0],                   0, true),
  ] as [(String, [UInt8], Int64, Bool)])
  func segment(name: String, bytes: [UInt8], above: Int64, usesStack: Bool) throws {
    let rsp: UInt64 = 0x8000_0000_1000
    let head = try #require(Self.head(bytes))
    let address = VirtAddr(rsp &+ UInt64(bitPattern: above))
    #expect(head.usesStackSegment(at: address, rsp: rsp) == usesStack)
  }

  // swift-format-ignore
  @Test("says what a near branch does to RSP", arguments: [
    // instruction          bytes                       release  always
    ("jmp rel8",            [0xeb, 0xfe],                     0, true),
    ("jmp rel32",           [0xe9, 0, 0, 0, 0],               0, true),
    ("jmp rax",             [0xff, 0xe0],                     0, true),
    ("jmp [rax]",           [0xff, 0x20],                     0, true),
    ("call rel32",          [0xe8, 0, 0, 0, 0],              -8, true),
    ("call rax",            [0xff, 0xd0],                    -8, true),
    ("call r8",             [0x41, 0xff, 0xd0],              -8, true),
    ("ret",                 [0xc3],                           8, true),
    ("ret 0x1234",          [0xc2, 0x34, 0x12],          0x123c, true),
    ("jne",                 [0x75, 0],                        0, false),
    ("loop",                [0xe2, 0],                        0, false),
    ("push rax",            [0x50],                           0, false),
  ] as [(String, [UInt8], Int64, Bool)])
  func branch(name: String, bytes: [UInt8], release: Int64, always: Bool) throws {
    let head = try #require(Self.head(bytes))
    #expect(Int64(bitPattern: head.stackRelease) == release)
    #expect(head.alwaysBranches == always)
  }

  @Test("is nothing if it does not end in what can be read, or in 15 bytes")
  func ends() {
    #expect(Self.head([]) == nil)
    #expect(Self.head([0x66]) == nil)
    #expect(Self.head([0x0f]) == nil)
    #expect(Self.head([0x8b]) == nil)
    #expect(Self.head([0x8b, 0x04]) == nil)
    #expect(Self.head([0xc2, 0x00]) == nil)
    #expect(Self.head([UInt8](repeating: 0x66, count: 14) + [0x90]) != nil)
    #expect(Self.head([UInt8](repeating: 0x66, count: 15) + [0x90]) == nil)
  }

  @Test("never reads beyond 15 bytes, whatever they are")
  func hostile() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let bytes = (0..<15).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = InstructionHead { number in
        #expect(number < 15)
        return bytes[number]
      }
    }
  }
}
