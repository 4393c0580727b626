// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@Suite("What model-specific registers take")
struct MSRValueTests {
  private static let notCanonical: UInt64 = 0x8000_0000_0000

  @Test(
    "addresses must be canonical",
    arguments: [
      .sysenterESP, .sysenterEIP, .lstar, .cstar, .fsBase, .gsBase, .kernelGSBase,
    ] as [MSR])
  func addresses(msr: MSR) {
    #expect(msr.admits(Self.notCanonical - 1, cr0: [], efer: []) == Self.notCanonical - 1)
    #expect(msr.admits(~0, cr0: [], efer: []) == ~0)
    #expect(msr.admits(Self.notCanonical, cr0: [], efer: []) == nil)
  }

  @Test("registers without reserved bits take everything", arguments: [.tsc, .star] as [MSR])
  func wide(msr: MSR) {
    #expect(msr.admits(~0, cr0: [], efer: []) == ~0)
  }

  @Test("upper halves are reserved", arguments: [.fmask, .tscAux] as [MSR])
  func narrow(msr: MSR) {
    #expect(msr.admits(0xffff_ffff, cr0: [], efer: []) == 0xffff_ffff)
    #expect(msr.admits(1 << 32, cr0: [], efer: []) == nil)
  }

  @Test("PAT takes six memory types, in each of eight places", arguments: 0..<8)
  func pat(place: Int) {
    for type in 0...255 as ClosedRange<UInt64> {
      let value = 0x0007_0406_0007_0406 & ~(0xff << (place * 8)) | type << (place * 8)
      let isType = [0, 1, 4, 5, 6, 7].contains(type)
      #expect((MSR.pat.admits(value, cr0: [], efer: []) != nil) == isType)
    }
  }

  // swift-format-ignore
  @Test("EFER keeps LMA, and LME while paging is on", arguments: [
    // value  CR0        EFER            becomes
    (0xd01,   [],        [],             0x901),
    (0x901,   [],        [],             0x901),
    (0x000,   [],        .lma,           0x400),
    (0x100,   .pg,       [],             nil),
    (0x000,   .pg,       [.lme, .lma],   nil),
    (0x901,   .pg,       [.lme, .lma],   0xd01),
    (0x200,   [],        [],             nil),
    (1 << 12, [],        [],             nil),  // AMD's
    (1 << 32, [],        [],             nil),
  ] as [(UInt64, CR0, EFER, UInt64?)])
  func efer(value: UInt64, cr0: CR0, old: EFER, becomes: UInt64?) {
    #expect(MSR.efer.admits(value, cr0: cr0, efer: old) == becomes)
  }

  @Test(
    "what the processor has no part of is not there",
    arguments: [
      0x1b, 0xc1, 0xfe, 0x179, 0x186, 0x200, 0x250, 0x2ff, 0x400, 0x480, 0x800, 0xc000_0104,
    ] as [UInt32])
  func absent(number: UInt32) {
    #expect(MSR(rawValue: number) == nil)
  }
}
