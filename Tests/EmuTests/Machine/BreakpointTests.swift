// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Breakpoints, single steps and interrupted string instructions, however a run is cut.
@Suite struct BreakpointTests {
  private static let windows = [1, 2, 3, 7, 100, 1023, 100_000, .max] as [UInt64]

  @Test(arguments: windows)
  func breakpointsAreMetTheSameWayInWindowsOfAnySize(_ window: UInt64) throws {
    let guest = try RunningMachine(guest: "breakpoints.elf")
    #expect(guest.run(window: window) == .guestExit(value: 0x10))
    let reference = try RunningMachine(guest: "breakpoints.elf")
    _ = reference.run(window: .max)
    #expect(guest.machine.registers == reference.machine.registers)
    #expect(guest.machine.instructions == reference.machine.instructions)
    #expect(guest.machine.now == reference.machine.now)
  }

  @Test func aBreakpointCostsNoInstructions() throws {
    // mov ecx, 1000; loop: inc [0x200000]; loop; out 0xf4, al. With DR0 on something that is not touched.
    let loop: [UInt8] = [
      0xb9, 0xe8, 0x03, 0x00, 0x00, 0xff, 0x05, 0x00, 0x00, 0x20, 0x00, 0xe2, 0xf8, 0xe6, 0xf4,
    ]
    for control in [0x400, 0x402, 0xd0402] as [UInt32] {
      // mov eax, 0x200008; mov dr0, eax; mov eax, control; mov dr7, eax
      let bytes = (0..<4).map { UInt8(truncatingIfNeeded: control >> (8 * $0)) }
      let set = [0xb8, 8, 0, 0x20, 0, 0x0f, 0x23, 0xc0, 0xb8] + bytes + [0x0f, 0x23, 0xf8]
      let guest = try RunningMachine(code: set + loop)
      _ = guest.run(window: 777)
      #expect(guest.machine.instructions == 4 + 1 + 2000 + 1)
      #expect(guest.machine.memory.load32(PhysAddr(0x20_0000)) == 1000)
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, .max] as [UInt64])
  func `a trap that shuts down where a window ends shuts down`(_ window: UInt64) throws {
    // mov eax, 0x402; mov dr7, eax; push 0x102; popf; nop: there is no IDT. DR0 is about something else.
    let guest = try RunningMachine(code: [
      0xb8, 0x02, 0x04, 0x00, 0x00, 0x0f, 0x23, 0xf8, 0x68, 0x02, 0x01, 0x00, 0x00,
      0x9d, 0x90, 0x90, 0xf4,
    ])
    #expect(guest.run(window: window)?.undelivered?.vector == 1)
    #expect(guest.machine.instructions == 5)
  }

  @Test(arguments: windows)
  func anInterruptBetweenRepetitionsPushesRF(_ window: UInt64) throws {
    let guest = try RunningMachine(guest: "repeat.elf")
    guest.machine.watch = .deliveries
    #expect(guest.run(window: max(window, 100)) == .guestExit(value: 0x10))
    let repeated = try Guest.symbol("repeated", in: "repeat.elf")
    var interrupted = 0
    for case .delivered(let delivered) in guest.events where delivered.cause.kind == .external {
      // SS, RSP, RFLAGS, CS, RIP.
      let flags = RFLAGS(rawValue: delivered.plan.frame[2])
      #expect(flags.contains(.resume) == (delivered.rip == repeated))
      if delivered.rip == repeated { interrupted += 1 }
    }
    #expect(interrupted >= 9)
  }

  @Test func anInterruptBehindTheLastRepetitionFindsTheInstructionDone() throws {
    // With ECX zero, the engine comes back to the instruction once more.
    let repeated = try Guest.symbol("repeated", in: "nmi.elf")
    let guest = try RunningMachine(guest: "nmi.elf", commandLine: "6")
    guest.machine.watch = .deliveries
    for left in [2, 1, 0] as [UInt64] {
      try #require(guest.reach(repeated) { $0.rcx == left })
      guest.machine.raiseNMI()
      _ = guest.machine.run(nanoseconds: 1)
      guard case .delivered(let delivered)? = guest.events.last else {
        Issue.record("no NMI")
        return
      }
      #expect(RFLAGS(rawValue: delivered.plan.frame[2]).contains(.resume) == (left > 0))
      #expect(delivered.rip.value == repeated.value + (left > 0 ? 0 : 2))
    }
  }

  @Test func aStepOverHLTWakesTheProcessor() throws {
    // A gate for vector 1 in an IDT at 0x200000 leads to `out 0xf4, al`.
    // swift-format-ignore
    let code: [UInt8] = [
      0xbc, 0x00, 0x00, 0x30, 0x00,                                     // mov esp, 0x300000
      0xc7, 0x05, 0x08, 0x00, 0x20, 0x00, 0x3e, 0x00, 0x08, 0x00,       // mov dword [0x200008], 0x8003e
      0xc7, 0x05, 0x0c, 0x00, 0x20, 0x00, 0x00, 0x8e, 0x10, 0x00,       // mov dword [0x20000c], 0x108e00
      0x0f, 0x01, 0x1d, 0x38, 0x00, 0x10, 0x00,                         // lidt [pointer]
      0x0f, 0x01, 0x15, 0x44, 0x00, 0x10, 0x00,                         // lgdt [gdt pointer]
      0x6a, 0x02, 0x9d,                                                 // push 2; popf
      0x9c, 0x80, 0x4c, 0x24, 0x01, 0x01, 0x9d,                         // pushf; or byte [esp+1], 1; popf
      0xf4,                                                             // hlt
      0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
      0xff, 0x07, 0x00, 0x00, 0x20, 0x00,                               // pointer
      0x58, 0xe6, 0xf4, 0x90, 0x90, 0x90,                               // handler: pop eax; out 0xf4, al
      0x17, 0x00, 0x4a, 0x00, 0x10, 0x00,                               // gdt pointer
      0, 0, 0, 0, 0, 0, 0, 0,
      0xff, 0xff, 0, 0, 0, 0x9b, 0xcf, 0,
    ]
    let guest = try RunningMachine(code: code)
    // The return address, which is behind HLT.
    #expect(guest.run(window: 3) == .guestExit(value: 0x32))
    #expect(guest.machine.instructions == 13)
  }

  @Test func machinesWithBreakpointsRunSideBySide() async throws {
    let reference = try RunningMachine(guest: "breakpoints.elf")
    _ = reference.run(window: .max)
    let count = reference.machine.instructions
    try await withThrowingTaskGroup(of: UInt64.self) { group in
      for window in 1..<7 as Range<UInt64> {
        group.addTask {
          let guest = try RunningMachine(guest: "breakpoints.elf")
          _ = guest.run(window: window * 11)
          return guest.machine.instructions
        }
      }
      for try await other in group { #expect(other == count) }
    }
  }
}
