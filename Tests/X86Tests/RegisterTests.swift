// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@Suite("Registers")
struct RegisterTests {
  @Test("the reserved masks are the complement of the bits that have names")
  func reserved() {
    let cr0: CR0 = [.pe, .mp, .em, .ts, .et, .ne, .wp, .am, .nw, .cd, .pg]
    #expect(CR0.reserved.rawValue == ~cr0.rawValue)
    let cr4: CR4 = [
      .vme, .pvi, .tsd, .de, .pse, .pae, .mce, .pge, .pce, .osfxsr, .osxmmexcpt, .umip, .la57,
      .vmxe, .smxe, .fsgsbase, .pcide, .osxsave, .kl, .smep, .smap, .pke, .cet, .pks, .uintr,
      .lass, .lamSup, .fred,
    ]
    #expect(CR4.reserved.rawValue == ~cr4.rawValue)
    let efer: EFER = [.sce, .lme, .lma, .nxe]
    #expect(EFER.reserved.rawValue == ~efer.rawValue)
    let flags: RFLAGS = [
      .carry, .alwaysOne, .parity, .adjust, .zero, .sign, .trap, .interrupts, .direction,
      .overflow, .nestedTask, .resume, .virtual8086, .alignmentCheck, .virtualInterrupt,
      .virtualInterruptPending, .identification,
    ]
    #expect(RFLAGS.reserved.rawValue == ~(flags.rawValue | 0x3000))
  }

  @Test("IOPL is bits 13 and 12 of RFLAGS", arguments: [0, 1, 2, 3] as [UInt8])
  func ioPrivilegeLevel(level: UInt8) {
    #expect(RFLAGS(rawValue: ~0x3000 | UInt64(level) << 12).ioPrivilegeLevel == level)
  }

  @Test("MSRs have the manual's names")
  func msrNames() {
    #expect(MSR(rawValue: 0xc000_0080)?.name == "IA32_EFER")
    #expect(MSR.allCases.allSatisfy { $0.name.hasPrefix("IA32_") })
    #expect(Set(MSR.allCases.map(\.name)).count == MSR.allCases.count)
  }
}
