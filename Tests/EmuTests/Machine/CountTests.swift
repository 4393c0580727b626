// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Instructions are counted exactly, however the run is cut.
@Suite struct CountTests {
  // 32-bit: a loop of 1000 with a string move, a store into code behind it, port reads and RDTSC; leaves by 0xF4.
  // swift-format-ignore
  static let mixed: [UInt8] = [
    0xbd, 0xe8, 0x03, 0x00, 0x00,              // mov ebp, 1000
    // loop:
    0xbe, 0x00, 0x00, 0x20, 0x00,              // mov esi, 0x200000
    0xbf, 0x00, 0x10, 0x20, 0x00,              // mov edi, 0x201000
    0xb9, 0x07, 0x00, 0x00, 0x00,              // mov ecx, 7
    0xf3, 0xa4,                                // rep movsb: 7 visits, and one that finds ECX 0
    0xff, 0x05, 0x1d, 0x00, 0x10, 0x00,        // inc dword [0x10001d]: the next instruction's operand
    0xb8, 0x00, 0x00, 0x00, 0x00,              // mov eax, N
    0xe4, 0x61,                                // in al, 0x61
    0x0f, 0x31,                                // rdtsc
    0x4d,                                      // dec ebp
    0x75, 0xdd,                                // jnz loop
    0xe6, 0xf4,                                // out 0xf4, al
  ]
  static let mixedCount: UInt64 = 1 + 1000 * (3 + 8 + 6) + 1

  @Test(arguments: [1, 2, 3, 5, 16, 100, 1023, 10_000, 1_000_000, .max] as [UInt64])
  func aRunIsTheSameInWindowsOfAnySize(_ window: UInt64) throws {
    let guest = try RunningMachine(code: Self.mixed)
    // The low byte of RDTSC in the last round: a nanosecond for each instruction but the last three,
    // and a microsecond for each IN.
    let last = UInt32(truncatingIfNeeded: Self.mixedCount - 3 + 1000 * 1000) & 0xff
    #expect(guest.run(window: window) == .guestExit(value: last))
    #expect(guest.machine.instructions == Self.mixedCount)
    #expect(guest.machine.memory.load32(PhysAddr(0x10_001d)) == 1000)
  }

  @Test(arguments: [1, 2, 3, 1000, .max] as [UInt64])
  func aTaskSwitchCountsAsItsInstruction(_ window: UInt64) throws {
    let guest = try RunningMachine(guest: "tasks.elf")
    #expect(guest.run(window: window) == .guestExit(value: 0x10))
    // Each round is four instructions of the first task and twice three of the second, which begins
    // without the JMP; the rest is executed once.
    #expect(guest.machine.instructions == 1000 * (4 + 2 * 3) - 1 + 38)
  }

  @Test func aBudgetEndsAtItsInstruction() throws {
    // 200 times inc eax: one block.
    let guest = try RunningMachine(code: [UInt8](repeating: 0x40, count: 200))
    for count in [1, 7, 50, 100] as [UInt64] {
      let before = guest.machine.instructions
      #expect(guest.machine.run(nanoseconds: count) == .budgetSpent)
      #expect(guest.machine.instructions == before + count)
      #expect(guest.machine.registers.rax == before + count)
      #expect(guest.machine.registers.nextInstruction == VirtAddr(0x10_0000 + before + count))
    }
  }

  @Test func anAccessToAPortTakesAMicrosecond() throws {
    // in al, 0x61 ten times, hlt
    let reads = [[UInt8]](repeating: [0xe4, 0x61], count: 10)
    let guest = try RunningMachine(code: reads.flatMap(\.self) + [0xf4])
    #expect(guest.machine.run(nanoseconds: 5000) == .budgetSpent)
    #expect(guest.machine.instructions == 5)
    #expect(guest.machine.now.nanoseconds == 5005)
  }

  @Test func aPauseIsTakenAndForgotten() throws {
    let guest = try RunningMachine(code: [0xeb, 0xfe])  // jmp $
    guest.machine.requestPause()
    #expect(guest.machine.run(nanoseconds: 1_000_000_000_000) == .requested)
    #expect(guest.machine.run(nanoseconds: 10) == .stopped(.spinning))
  }

  // swift-format-ignore
  @Test(arguments: [
    (0,  [0xf7, 0xf2]),                    // div edx, EDX = 0: raised by a function of the engine's
    (6,  [0x0f, 0x0b]),                    // ud2: raised by the translated code itself
    (13, [0x8e, 0xd8]),                    // mov ds, eax: a selector beyond the empty GDT
  ] as [(UInt8, [UInt8])], [1, 2, 1000] as [UInt64])
  func aFaultingInstructionIsNotCounted(
    _ test: (vector: UInt8, code: [UInt8]), window: UInt64
  ) throws {
    // mov al, 0x10; nop; the fault; inc eax; inc eax
    let guest = try RunningMachine(code: [0xb0, 0x10, 0x90] + test.code + [0x40, 0x40])
    guard let fault = guest.run(window: window)?.undelivered else {
      Issue.record("no fault")
      return
    }
    #expect(fault.vector == test.vector)
    #expect(fault.rip == VirtAddr(0x10_0003))
    #expect(guest.machine.instructions == 2)
  }

  @Test func anExitStopsAtOnceWithTheNextInstruction() throws {
    // out 0xf4, al in the middle of a block; nothing behind it runs.
    let guest = try RunningMachine(code: [0xb0, 0x21, 0xe6, 0xf4, 0x40, 0x40, 0x40, 0xf4])
    #expect(guest.run() == .guestExit(value: 0x21))
    #expect(guest.machine.registers.nextInstruction == VirtAddr(0x10_0004))
    #expect(guest.machine.registers.rax == 0x21)
    #expect(guest.machine.instructions == 2)
  }
}
