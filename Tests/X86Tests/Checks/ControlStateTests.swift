// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@Suite("What control registers take")
struct ControlStateTests {
  private static func state(
    cr0: CR0 = [.pe, .et], cr4: CR4 = [], efer: EFER = [], codeIsLong: Bool = false,
    taskIsNarrow: Bool = false
  ) -> ControlState {
    ControlState(
      cr0: cr0, cr4: cr4, efer: efer, codeIsLong: codeIsLong, taskIsNarrow: taskIsNarrow)
  }

  private static let protected = state()
  private static let long = state(
    cr0: [.pe, .et, .pg], cr4: .pae, efer: [.lme, .lma], codeIsLong: true)
  private static let compatible = state(cr0: [.pe, .et, .pg], cr4: .pae, efer: [.lme, .lma])
  private static let ready = state(cr4: .pae, efer: .lme)

  // swift-format-ignore
  @Test("CR0", arguments: [
    // state,                                        value,            what it becomes
    (protected,                                      0x0000_0000,      0x0000_0010),  // ET is always 1
    (protected,                                      0x8000_0001,      0x8000_0011),
    (protected,                                      0xe005_003f,      0xe005_003f),
    (protected,                                      0x1ffa_ffd1,      0x0000_0011),  // reserved: ignored
    (protected,                                      0x1_0000_0001,    nil),
    (protected,                                      0x8000_0000,      nil),          // PG without PE
    (protected,                                      0x2000_0001,      nil),          // NW without CD
    (protected,                                      0x4000_0001,      0x4000_0011),
    (ready,                                          0x8000_0001,      0x8000_0011),
    (state(efer: .lme),                              0x8000_0001,      nil),          // without PAE
    (state(cr4: .pae, efer: .lme, codeIsLong: true), 0x8000_0001,      nil),
    (state(cr4: .pae, efer: .lme, taskIsNarrow: true), 0x8000_0001,    nil),
    (long,                                           0x8000_0001,      0x8000_0011),
    (long,                                           0x0000_0001,      nil),          // in 64-bit code
    (compatible,                                     0x0000_0001,      0x0000_0011),
  ] as [(ControlState, UInt64, UInt64?)])
  func cr0(state: ControlState, value: UInt64, becomes: UInt64?) {
    #expect(state.admits(cr0: value)?.rawValue == becomes)
  }

  @Test("CR3 has no bits above the physical address", arguments: 0...63)
  func cr3(bit: Int) {
    #expect((ControlState.admits(cr3: 1 << bit) != nil) == (bit < 40))
  }

  @Test("CR4 has the bits of what CPUID promises, and PCE", arguments: 0...63)
  func cr4(bit: Int) {
    let promised = [2, 3, 4, 5, 7, 8, 9, 10, 16, 20, 21].contains(bit)
    #expect((Self.protected.admits(cr4: 1 << bit) != nil) == promised)
  }

  @Test("CR4.PAE stays in long mode")
  func pae() {
    #expect(Self.long.admits(cr4: CR4.pae.rawValue) == .pae)
    #expect(Self.long.admits(cr4: 0) == nil)
    #expect(Self.ready.admits(cr4: 0) == [])
  }

  @Test("DR4 to DR7 have 32 bits", arguments: 0...7 as ClosedRange<UInt32>)
  func debug(number: UInt32) {
    #expect(ControlState.admits(debugRegister: number, 0xffff_ffff))
    #expect(ControlState.admits(debugRegister: number, 1 << 32) == (number < 4))
  }

  @Test("MXCSR has 16 bits")
  func mxcsr() {
    #expect(ControlState.admits(mxcsr: 0xffff))
    #expect(!ControlState.admits(mxcsr: 0x1_0000))
  }
}
