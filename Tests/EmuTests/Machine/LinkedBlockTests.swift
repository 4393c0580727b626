// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Translated blocks go on to each other: results do not tell, so entries are counted, not times.
@Suite struct LinkedBlockTests {
  /// A hot loop in 32-bit code, entered at 0x100000; what it calls lies in pages of its own.
  struct Loop: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: [UInt8]
  }

  // swift-format-ignore
  static let loops = [
    Loop(testDescription: "to itself",               code: [0x40, 0xeb, 0xfd]),                // inc eax; jmp
    Loop(testDescription: "of two blocks",           code: [0x40, 0x74, 0x01, 0x40, 0xeb, 0xfa]),
    Loop(testDescription: "of loads and stores",     code: [
      0xa1, 0x00, 0x00, 0x20, 0x00, 0x40, 0xa3, 0x00, 0x00, 0x20, 0x00, 0xeb, 0xf3]),
    Loop(testDescription: "of CALL and RET",         code: [
      0xbc, 0x00, 0x00, 0x20, 0x00, 0xe8, 0x02, 0x00, 0x00, 0x00, 0xeb, 0xf9, 0xc3]),
    Loop(testDescription: "of an indirect jump",     code: [0xb8, 0x05, 0x00, 0x10, 0x00, 0x40, 0x48, 0xff, 0xe0]),
    Loop(testDescription: "with REP MOVSB",          code: [
      0xbe, 0x00, 0x00, 0x20, 0x00, 0xbf, 0x00, 0x00, 0x30, 0x00, 0xb9, 0x64, 0x00, 0x00, 0x00,
      0xf3, 0xa4, 0xeb, 0xed]),
    Loop(testDescription: "longer than a block may be", code: [UInt8](repeating: 0x40, count: 700)
      + [0xe9, 0x3f, 0xfd, 0xff, 0xff]),
    Loop(testDescription: "that writes EFLAGS",       code: [
      0xbc, 0x00, 0x00, 0x20, 0x00, 0x9c, 0x9d, 0x40, 0xeb, 0xfb]),
    Loop(testDescription: "that goes to another page", code: [0x40, 0xe9, 0xfa, 0x0f, 0x00, 0x00]
      + [UInt8](repeating: 0x90, count: 0xffa) + [0xe9, 0xfb, 0xef, 0xff, 0xff]),
  ]

  @Test(arguments: loops, [[], .visits] as [Event.Categories])
  func `a hot loop enters translated code once`(
    _ loop: Loop, _ watched: Event.Categories
  ) throws {
    let guest = try RunningMachine(code: loop.code)
    guest.machine.watch = watched
    _ = guest.machine.run(nanoseconds: 10_000)
    #expect(guest.machine.cpu.countEntries())
    let before = guest.machine.instructions
    _ = guest.machine.run(nanoseconds: 1_000_000)
    #expect(guest.machine.instructions == before + 1_000_000)
    // Each grant of instructions begins with an entry, and the last few are steps.
    let entries = guest.machine.cpu.entries
    #expect(entries > 0 && entries < 1000, "\(entries) entries")
  }

  /// A count that stands still would show nothing: a run of one instruction is an entry at least.
  @Test func `runs of single instructions are entries each`() throws {
    let guest = try RunningMachine(code: [0x40, 0xeb, 0xfd])
    #expect(guest.machine.cpu.countEntries())
    for _ in 0..<1000 { _ = guest.machine.run(nanoseconds: 1) }
    #expect((1000..<3000).contains(guest.machine.cpu.entries))
  }
}
