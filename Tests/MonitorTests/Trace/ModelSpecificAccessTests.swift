// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Monitor

/// What is said of RDMSR and WRMSR that raised #GP.
@Suite struct ModelSpecificAccessTests {
  // swift-format-ignore
  @Test(arguments: [
    (0x32, 0x1b,                  "RDMSR of 0x1b, IA32_APIC_BASE: this processor has no local APIC, as CPUID says"),
    (0x30, 0x830,                 "WRMSR to 0x830, an x2APIC register: this processor has no local APIC, as CPUID says"),
    (0x32, 0xce,                  "RDMSR of 0xce, MSR_PLATFORM_INFO: this processor has no such register"),
    (0x32, 0x1234_5678,           "RDMSR of 0x12345678: this processor has no such register"),
    (0x32, 0xffff_ffff_0000_0277, "RDMSR of 0x277, IA32_PAT: not in ring 0"),
    (0x30, 0xc000_0080,
     "WRMSR to 0xc0000080, IA32_EFER: not in ring 0, or reserved bits are set in EDX:EAX"),
  ] as [(UInt8, UInt64, String)])
  func `the register is named, and why it is refused`(
    _ opcode: UInt8, _ rcx: UInt64, _ words: String
  ) {
    #expect(ModelSpecificAccess([0x0f, opcode, 0x90], rcx: rcx)?.words == words)
  }

  @Test(arguments: [[], [0x0f], [0x0f, 0x31], [0x30, 0x32]] as [[UInt8]])
  func `other instructions are none`(_ code: [UInt8]) {
    #expect(ModelSpecificAccess(code, rcx: 0x1b) == nil)
  }

  @Test func `no register is there and absent at once`() {
    #expect(MSR.allCases.allSatisfy { AbsentMSR($0.rawValue)?.name == nil })
    #expect(AbsentMSR(0x200)?.name == "an MTRR")
  }
}
