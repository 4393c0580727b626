// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Which loops nothing can end.
@Suite struct SpinLoopTests {
  // swift-format-ignore
  @Test(arguments: [
    (true,  [0xeb, 0xfe]),                                      // jmp $
    (true,  [0xe9, 0xfb, 0xff, 0xff, 0xff]),                    // jmp $, near
    (true,  [0xf3, 0x90, 0xeb, 0xfc]),                          // pause; jmp back
    (true,  [0x90, 0xeb, 0x01, 0xcc, 0x90, 0xeb, 0xf9]),        // nop; jmp over int3; nop; jmp back
    (false, [0x40, 0xeb, 0xfd]),                                // inc eax; jmp back
    (false, [0xa1, 0, 0, 0x20, 0, 0x85, 0xc0, 0x74, 0xf7]),     // mov eax, [0x200000]; test; jz back
    (false, [0xe4, 0x61, 0xeb, 0xfc]),                          // in al, 0x61; jmp back
  ] as [(Bool, [UInt8])])
  func aLoopThatDoesNothingIsToldFromOneThatWaits(_ test: (spins: Bool, code: [UInt8])) throws {
    let guest = try RunningMachine(code: test.code)
    let pause = guest.machine.run(nanoseconds: 100_000)
    #expect(pause == (test.spins ? .stopped(.spinning) : .budgetSpent))
  }

  @Test func withInterruptsOnItMayEnd() throws {
    // Everything masked, but a key could be unmasked by nobody: still the guest's own affair.
    let guest = try RunningMachine(code: [0xb0, 0xff, 0xe6, 0x21, 0xfb, 0xeb, 0xfe])
    #expect(guest.machine.run(nanoseconds: 100_000) == .budgetSpent)
  }

  @Test func aWordJumpIsOneIn16BitCode() {
    let code: [UInt8] = [0xe9, 0xfd, 0xff, 0xff, 0xff]
    let read = { (count: Int, _: VirtAddr) in Array(code.prefix(count)) }
    #expect(SpinLoop.contains(VirtAddr(0x7c00), mode: .real16, code: read))
    #expect(!SpinLoop.contains(VirtAddr(0x7c00), mode: .protected32, code: read))
  }
}
