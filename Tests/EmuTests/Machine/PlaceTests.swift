// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Runs end before the instruction at an address, each time that it is the next.
@Suite struct PlaceTests {
  /// When instructions were about to be executed, as counts of those before.
  private typealias Arrivals = [VirtAddr: [UInt64]]

  /// Found out one instruction at a time.
  private func stepped(_ guest: RunningMachine) -> Arrivals {
    var arrivals: Arrivals = [:]
    for _ in 0..<60_000 {
      let (next, before) = (guest.machine.registers.nextInstruction, guest.machine.instructions)
      guard guest.machine.run(nanoseconds: 1) == .budgetSpent else { break }
      if before > 0 && arrivals[next]?.last != before { arrivals[next, default: []].append(before) }
    }
    return arrivals
  }

  /// The first `most` arrivals at `place`, in windows.
  private func arrivals(
    at place: VirtAddr, of guest: RunningMachine, window: UInt64, most: Int
  ) -> [UInt64] {
    var counts: [UInt64] = []
    while counts.count < most {
      switch guest.machine.run(nanoseconds: window, stoppingAt: place) {
      case .requested:
        #expect(guest.machine.registers.nextInstruction == place)
        counts.append(guest.machine.instructions)
      case .budgetSpent:
        // The next run begins here, and goes on.
        guard guest.machine.registers.nextInstruction == place else { continue }
        counts.append(guest.machine.instructions)
      case .waiting, .stopped: return counts
      }
    }
    return counts
  }

  @Test(arguments: [1, 7, 100, 10_000, 1 << 40] as [UInt64])
  func `they are those of single steps, with code that changes itself and in windows`(
    _ window: UInt64
  ) throws {
    let expected = stepped(try RunningMachine(code: CountTests.mixed))
    #expect(expected.count == 10)
    for (place, counts) in expected {
      let most = min(counts.count - 1, 40)
      let guest = try RunningMachine(code: CountTests.mixed)
      let found = arrivals(at: place, of: guest, window: window, most: most)
      #expect(found == Array(counts.prefix(most)), "\(place)")
    }
  }

  @Test(arguments: ["b", "d", "f", "g", "i", "k", "o", "p", "s", "t", "u", "w"])
  func `the first is the same with faults, interrupts and system calls`(_ letter: String) throws {
    let expected = stepped(try RunningMachine(guest: "delivery.elf", commandLine: letter))
    for (place, counts) in expected.sorted(by: { $0.value[0] < $1.value[0] }).suffix(8) {
      let guest = try RunningMachine(guest: "delivery.elf", commandLine: letter)
      let found = arrivals(at: place, of: guest, window: 1 << 40, most: 1)
      #expect(found == Array(counts.prefix(1)), "\(place)")
    }
  }

  @Test func `what ran to a place goes on as if nobody had asked`() throws {
    let guest = try RunningMachine(code: CountTests.mixed)
    let other = try RunningMachine(code: CountTests.mixed)
    let start = VirtAddr(0x10_0000)
    while case .requested = guest.machine.run(nanoseconds: 1 << 40, stoppingAt: start) {}
    let stop = other.run()
    #expect(guest.run() == stop && guest.machine.instructions == other.machine.instructions)
    #expect(guest.machine.registers == other.machine.registers)
  }
}
