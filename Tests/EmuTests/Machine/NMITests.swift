// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Non-maskable interrupts: when they come, when they wait, what they wake.
@Suite struct NMITests {
  /// A guest that has set up its tables, and does what `choice` says.
  private func guest(_ choice: Int, at label: String) throws -> RunningMachine {
    let guest = try RunningMachine(guest: "nmi.elf", commandLine: "\(choice)")
    guest.machine.watch = .deliveries
    try #require(guest.reach(try place(label)))
    return guest
  }

  private func place(_ name: String) throws -> VirtAddr {
    try Guest.symbol(name, in: "nmi.elf")
  }

  private func delivered(_ guest: RunningMachine) -> [Delivered] {
    guest.events.compactMap { if case .delivered(let delivered) = $0 { delivered } else { nil } }
  }

  @Test func itComesBetweenTwoInstructionsWithInterruptsOff() throws {
    let guest = try guest(0, at: "spins")
    let there = guest.machine.registers
    #expect(!there.rflags.contains(.interrupts))
    let count = guest.machine.instructions
    guest.machine.raiseNMI()
    #expect(guest.machine.run(nanoseconds: 1) == .budgetSpent)
    let told = delivered(guest)
    #expect(told.map(\.cause.vector) == [2])
    #expect(told.first?.cause.kind == .nonMaskable && told.first?.line == nil)
    #expect(told.first?.instructions == count)
    #expect(told.first?.rip == there.nextInstruction)
    #expect(guest.machine.instructions == count + 1)
  }

  @Test(arguments: [1, 10, 1_000_000] as [UInt64])
  func anotherOneIsHeldUntilIRETAndOnlyOne(_ window: UInt64) throws {
    let guest = try guest(0, at: "spins")
    guest.machine.raiseNMI()
    _ = guest.machine.run(nanoseconds: 100)
    for _ in 0..<3 { guest.machine.raiseNMI() }
    let place = try #require(delivered(guest).first?.rip)
    let slice = min(window, 5000)
    for _ in 0..<(5000 / slice) { _ = guest.machine.run(nanoseconds: slice) }
    let told = delivered(guest)
    #expect(told.map(\.rip) == [place, place])
    // PUSH, INC, MOV, a thousand times LOOP, POP, TEST, JNZ, IRETQ; and there it is.
    let handler: UInt64 = 3 + 1000 + 4
    #expect(told[1].instructions == told[0].instructions + handler)
    guest.machine.raiseNMI()
    #expect(guest.run() == .guestExit(value: 0x10))
  }

  @Test func itWakesAProcessorThatWaits() throws {
    let guest = try RunningMachine(guest: "nmi.elf", commandLine: "1")
    for _ in 0..<3 {
      #expect(guest.machine.run(nanoseconds: 1_000_000) == .waiting(until: nil))
      #expect(guest.machine.run(nanoseconds: 1_000_000) == .waiting(until: nil))
      guest.machine.raiseNMI()
    }
    #expect(guest.machine.run(nanoseconds: 1_000_000) == .stopped(.guestExit(value: 0x10)))
  }

  @Test func port0x70KeepsItAwayUntilItIsLetThrough() throws {
    let unmasked = try place("unmasked")
    let guest = try guest(2, at: "masks")
    _ = guest.machine.run(nanoseconds: 1500)
    guest.machine.raiseNMI()
    _ = guest.machine.run(nanoseconds: 100)
    #expect(delivered(guest).isEmpty)
    _ = guest.machine.run(nanoseconds: 10_000)
    // Behind the OUT that lets it through.
    #expect(delivered(guest).map(\.rip) == [unmasked])
  }

  @Test func theShadowOfMovSSKeepsItAway() throws {
    let guest = try guest(3, at: "shadow_of_mov_ss")
    guest.machine.raiseNMI()
    _ = guest.machine.run(nanoseconds: 10)
    #expect(delivered(guest).map(\.rip) == [try place("behind_shadow_of_mov_ss")])
  }

  @Test func theShadowOfSTIDoesNot() throws {
    let guest = try guest(4, at: "shadow_of_sti")
    guest.machine.raiseNMI()
    _ = guest.machine.run(nanoseconds: 10)
    #expect(delivered(guest).map(\.rip) == [try place("shadow_of_sti")])
  }

  @Test func anIRETThatFaultsLetsTheNextOneIn() throws {
    let guest = try guest(5, at: "spins")
    guest.machine.raiseNMI()
    _ = guest.machine.run(nanoseconds: 100)
    guest.machine.raiseNMI()
    _ = guest.machine.run(nanoseconds: 2000)
    let told = delivered(guest)
    #expect(told.map(\.cause.vector) == [2, 13, 2])
    #expect(told[1].rip == (try place("bad_return")))
    // Before the first instruction of the handler.
    #expect(told[2].rip == (try place("protection")))
    #expect(told[2].instructions == told[1].instructions)
  }

  @Test(arguments: [1, 50, 1_000_000] as [UInt64])
  func itComesInAStringInstructionTheSameWayInWindowsOfAnySize(_ window: UInt64) throws {
    let guest = try guest(6, at: "repeats")
    let end = guest.machine.instructions + 1000
    while guest.machine.instructions < end {
      _ = guest.machine.run(nanoseconds: min(window, end - guest.machine.instructions))
    }
    guest.machine.raiseNMI()
    _ = guest.machine.run(nanoseconds: 1)
    let told = try #require(delivered(guest).first)
    #expect(told.rip == (try place("repeated")))
    #expect(RFLAGS(rawValue: told.plan.frame[2]).contains(.resume))
    // CLD, LEA, MOV came before.
    #expect(guest.machine.registers.rdi & 0xfff == 1000 - 3)
  }

  @Test func aPauseKeepsARepetitionInMind() throws {
    let guest = try guest(6, at: "repeats")
    _ = guest.machine.run(nanoseconds: 10)
    guest.machine.requestPause()
    #expect(guest.machine.run(nanoseconds: 10_000_000) == .requested)
    guest.machine.raiseNMI()
    _ = guest.machine.run(nanoseconds: 1)
    let told = try #require(delivered(guest).first)
    let isThere = told.rip == (try place("repeated"))
    let isRepeating = isThere && guest.machine.registers.rcx & 0xfff != 0
    #expect(RFLAGS(rawValue: told.plan.frame[2]).contains(.resume) == isRepeating)
  }

  @Test func aGuestWithoutAHandlerShutsDown() throws {
    let guest = try RunningMachine(code: [0xeb, 0xfe])
    guest.machine.raiseNMI()
    guard case .tripleFault(let fault) = guest.run() else {
      Issue.record("no triple fault")
      return
    }
    #expect(fault.failed.map(\.event.vector) == [2, 13, 8])
    #expect(fault.failed.first?.event.kind == .nonMaskable)
  }
}
