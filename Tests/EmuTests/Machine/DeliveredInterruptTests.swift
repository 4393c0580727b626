// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Interrupts and exceptions through the guest's own tables.
@Suite struct DeliveredInterruptTests {
  /// Runs `guest` in windows of `window` nanoseconds; time skips while it waits.
  private func run(_ guest: RunningMachine, window: UInt64) -> Stop? {
    while guest.machine.instructions < 10_000_000 {
      switch guest.machine.run(nanoseconds: window) {
      case .stopped(let stop): return stop
      case .waiting(let moment?): guest.machine.skip(to: moment)
      case .waiting(nil): return .waitingForNothing
      case .budgetSpent, .requested: continue
      }
    }
    return nil
  }

  @Test(arguments: [1, 7, 1000, 333_333, 1_000_000_000] as [UInt64])
  func aTimerWakesTheProcessorTheSameWayInWindowsOfAnySize(_ window: UInt64) throws {
    let guest = try RunningMachine(guest: "timer.elf")
    #expect(run(guest, window: window) == .guestExit(value: 0x10))
    // Each tick is HLT, the handler's six instructions, CMP and JB; and the guest's way there.
    let reference = try RunningMachine(guest: "timer.elf")
    _ = run(reference, window: .max)
    #expect(guest.machine.instructions == reference.machine.instructions)
    #expect(guest.machine.now == reference.machine.now)
  }

  @Test(arguments: [1000, 50_000, 1_000_000_000] as [UInt64])
  func aProgramInRing3IsServedAndPreempted(_ window: UInt64) throws {
    let guest = try RunningMachine(guest: "ring-3.elf")
    #expect(run(guest, window: window) == .guestExit(value: 0x10))
    let reference = try RunningMachine(guest: "ring-3.elf")
    _ = run(reference, window: .max)
    #expect(guest.machine.registers == reference.machine.registers)
    #expect(guest.machine.instructions == reference.machine.instructions)
  }

  @Test func aKeyInterruptsOnceForEachOfItsBytes() throws {
    let guest = try RunningMachine(guest: "keyboard.elf")
    #expect(run(guest, window: 1000) == .waitingForNothing)
    // A goes down and up, then the arrow that has two bytes each way, then Escape.
    for bytes in [[0x1e], [0x9e], [0xe0, 0x48], [0xe0, 0xc8], [0x01]] as [[UInt8]] {
      #expect(guest.machine.type(bytes))
      let stop = run(guest, window: 1000)
      #expect(stop == (bytes == [0x01] ? .guestExit(value: 0x10) : .waitingForNothing))
    }
    let output = guest.events.compactMap { event -> UInt8? in
      if case .output(.com1, let byte) = event { byte } else { nil }
    }
    #expect(output == [0x1e, 0x9e, 0xe0, 0x48, 0xe0, 0xc8, 0x01])
  }

  @Test(arguments: [0x61, 0x62, 0x64] as [UInt8])
  func `an access that reaches the keyboard controller from the port before interrupts at once`(
    _ port: UInt8
  ) throws {
    let value = UInt32(0x20) << (8 * UInt32(0x64 - port))
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    // swift-format-ignore
    let guest = try RunningMachine(code: [
      0xb0, 0xfd, 0xe6, 0x21,                                    // the keyboard's line only
      0xba, port, 0x00, 0x00, 0x00,                              // mov edx, port
      0xb8, bytes[0], bytes[1], bytes[2], bytes[3],              // mov eax: 0x20 for port 0x64, what it has
      0xfb, 0x90,                                                // sti; nop
      0xef,                                                      // out dx, eax
      0x0f, 0x0b,                                                // ud2
    ])
    guard case .tripleFault(let fault) = guest.run() else {
      Issue.record("there is no IDT")
      return
    }
    #expect(fault.failed.first?.event.vector == 9)
  }

  @Test func aMaskedTimerWakesNobody() throws {
    // Both controllers mask everything; sti; hlt.
    let guest = try RunningMachine(code: [0xb0, 0xff, 0xe6, 0x21, 0xe6, 0xa1, 0xfb, 0xf4])
    #expect(guest.machine.run(nanoseconds: 1_000_000) == .waiting(until: nil))
    #expect(guest.machine.run(nanoseconds: 1_000_000) == .waiting(until: nil))
    #expect(guest.machine.instructions == 5)
  }

  @Test func theBIOSTimerStrikesAGuestWithoutAnIDT() throws {
    // sti; hlt: IRQ 0 comes with the vector that the BIOS gave it, 8.
    let guest = try RunningMachine(code: [0xfb, 0xf4])
    guard case .tripleFault(let fault) = run(guest, window: 1_000_000) else {
      Issue.record("no triple fault")
      return
    }
    #expect(fault.failed.first?.event.kind == .external)
    #expect(fault.failed.map(\.event.vector) == [8, 13, 8])
    #expect(fault.failed.map(\.fault.check) == [.vectorInTable, .vectorInTable, .vectorInTable])
    #expect(guest.machine.instructions == 2)
  }
}
