// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// What the machine remembers of deliveries without being asked to watch.
@Suite struct PastDeliveryTests {
  @Test func aHandlerThatCannotBeFetchedDoesNotPushOutWhatCameBefore() throws {
    let guest = try RunningMachine(guest: "defects/handler-not-mapped.elf")
    _ = guest.run()
    let past = guest.machine.pastDeliveries
    try #require(past.count == 2)
    #expect(past[0].vector == 14 && past[0].count == 1 && past[0].cr2 == VirtAddr(0x4000_0000))
    #expect(past[0].handler == VirtAddr(0x8010_1000))
    #expect(past[1].rip == past[0].handler && past[1].count > 100)
  }

  @Test func theLastSixteenAreKeptInOrder() throws {
    let guest = try RunningMachine(guest: "ring-3.elf")
    guest.machine.watch = .deliveries
    while guest.machine.instructions < 10_000_000 {
      switch guest.machine.run(nanoseconds: .max) {
      case .waiting(let moment?): guest.machine.skip(to: moment)
      default: break
      }
      if case .stopped = guest.machine.run(nanoseconds: 0) { break }
    }
    // What comes again at one place is one entry.
    var told: [(vector: UInt8, rip: UInt64, count: UInt64)] = []
    for case .delivered(let delivered) in guest.events {
      let event = delivered.plan.event
      if let last = told.last, last.vector == event.vector, last.rip == event.rip {
        told[told.count - 1].count += 1
      } else {
        told.append((event.vector, event.rip, 1))
      }
    }
    let past = guest.machine.pastDeliveries
    #expect(past.count == min(16, told.count))
    #expect(past.map(\.vector) == told.suffix(16).map(\.vector))
    #expect(past.map(\.rip.value) == told.suffix(16).map(\.rip))
    #expect(past.map(\.count) == told.suffix(16).map(\.count))
  }

  @Test func theControllersShowWhatIsInService() throws {
    let guest = try RunningMachine(guest: "defects/missing-eoi.elf")
    _ = guest.run()
    while case .waiting(let moment?) = guest.machine.run(nanoseconds: .max) {
      guest.machine.skip(to: moment)
    }
    let controllers = guest.machine.interruptControllers
    #expect(controllers.inService == 1)
    #expect(controllers.masterBase == 32 && controllers.line(of: 41) == IRQ(9))
    #expect(InterruptControllers.lines(0b1_0000_1001) == [IRQ(0), IRQ(8), IRQ(3)])
  }
}
