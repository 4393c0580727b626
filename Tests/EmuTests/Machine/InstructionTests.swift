// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Instructions whose answer is the machine's.
@Suite struct InstructionTests {
  @Test(arguments: [0, 1, 7, 0x8000_0001, 0x8000_0008] as [UInt32])
  func cpuidAnswersWithTheModel(_ leaf: UInt32) throws {
    let bytes = withUnsafeBytes(of: leaf.littleEndian) { [UInt8]($0) }
    let guest = try RunningMachine(code: [0xb8] + bytes + [0x31, 0xc9, 0x0f, 0xa2, 0xf4])
    #expect(guest.run() == .halted)
    let r = guest.machine.registers
    let model = CPUModel.cpuid(leaf: leaf, subleaf: 0)
    let expected = [model.eax, model.ebx, model.ecx, model.edx].map(UInt64.init)
    #expect([r.rax, r.rbx, r.rcx, r.rdx] == expected)
  }

  @Test func rdtscCountsNanosecondsOfGuestTime() throws {
    // nop, nop, rdtsc, mov ebx eax, nop, rdtsc, hlt
    let guest = try RunningMachine(code: [
      0x90, 0x90, 0x0f, 0x31, 0x89, 0xc3, 0x90, 0x0f, 0x31, 0xf4,
    ])
    #expect(guest.run() == .halted)
    #expect(guest.machine.registers.rbx == 3)
    #expect(guest.machine.registers.rax == 6)
  }

  @Test func rdmsrReadsTheTimeStampCounter() throws {
    // mov ecx, 0x10; rdmsr; hlt
    let guest = try RunningMachine(code: [0xb9, 0x10, 0x00, 0x00, 0x00, 0x0f, 0x32, 0xf4])
    #expect(guest.run() == .halted)
    #expect(guest.machine.registers.rax == 2)
    #expect(guest.machine.registers.rdx == 0)
  }

  // swift-format-ignore
  @Test(arguments: [
    ("SSSE3: pabsb",    [0x0f, 0x38, 0x1c, 0xc1]),
    ("BMI: andn",       [0xc4, 0xe2, 0x78, 0xf2, 0xc0]),
    ("SYSCALL, 32-bit", [0x0f, 0x05]),
    ("XSAVE: xgetbv",   [0x0f, 0x01, 0xd0]),
    ("RDRAND",          [0x0f, 0xc7, 0xf0]),
  ] as [(String, [UInt8])])
  func whatCPUIDDoesNotPromiseIsUndefined(_ name: String, _ code: [UInt8]) throws {
    guard let fault = try RunningMachine(code: code).run()?.undelivered else {
      Issue.record("\(name) was executed")
      return
    }
    #expect(fault.vector == 6)
    #expect(fault.rip == VirtAddr(0x10_0000))
  }

  @Test func debugRegistersAreKept() throws {
    // mov dr0, eax (0x1234); mov dr7, 1 (armed): a breakpoint that is not taken must not crash.
    let guest = try RunningMachine(code: [
      0xb8, 0x00, 0x00, 0x10, 0x00, 0x0f, 0x23, 0xc0,
      0xb8, 0x01, 0x00, 0x00, 0x00, 0x0f, 0x23, 0xf8,
      0x0f, 0x21, 0xc3, 0x0f, 0x21, 0xfa, 0xf4,
    ])
    #expect(guest.run() == .halted)
    #expect(guest.machine.registers.rbx == 0x10_0000)
    #expect(guest.machine.registers.rdx == 0x401)
  }
}
