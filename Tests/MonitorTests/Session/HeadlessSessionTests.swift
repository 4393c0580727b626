// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import SystemPackage
import Testing

@testable import Monitor

@Suite struct HeadlessSessionTests {
  /// Runs `guest` and returns the end; each slice takes `cost` nanoseconds of wall-clock time.
  func run(
    _ guest: FakeGuest, output: FileDescriptor? = nil, cost: UInt64 = 100_000,
    signal: Int32? = nil, _ setUp: (inout SessionGoals) -> Void = { _ in }
  ) throws -> SessionEnd {
    var goals = SessionGoals()
    setUp(&goals)
    let collector = OutputCollector(com1: output, debugcon: nil, until: goals.until)
    guest.sink = collector.receive
    var time: UInt64 = 0
    var session = HeadlessSession(
      guest, collector: collector, goals: goals,
      wallClock: {
        time += cost / 2
        return time
      },
      signal: { signal })
    return try session.run()
  }

  @Test(arguments: [
    Stop.halted, .spinning, .powerOff, .guestExit(value: 3), .reset(.resetControl),
  ])
  func `a guest that stops ends the session`(stop: Stop) throws {
    let guest = FakeGuest([(5_000_123, { _ in .stopped(stop) })])
    #expect(try run(guest) == .guest(stop))
    #expect(guest.instructions == 5_000_123)
  }

  @Test(arguments: [1, 999_999, 1_000_000, 1_000_001, 7_654_321])
  func `the instruction budget is met exactly`(most: UInt64) throws {
    let guest = FakeGuest()
    #expect(try run(guest) { $0.maxInstructions = most } == .instructionBudget(most))
    #expect(guest.instructions == most)
  }

  @Test func `exceptions without an instruction in between use up the budget, too`() throws {
    let sticks: FakeGuest.Action = {
      $0.isStuck = true
      return .budgetSpent
    }
    let guest = FakeGuest([(600, sticks)])
    #expect(try run(guest) { $0.maxInstructions = 2_000_000 } == .instructionBudget(2_000_000))
    #expect(guest.instructions == 600)
    #expect(guest.now.nanoseconds == 2_000_000)
  }

  @Test func `a time-out ends the session by the wall clock`() throws {
    let guest = FakeGuest()
    #expect(
      try run(guest, cost: 100_000_000) { $0.timeout = .seconds(2) } == .timeout(.seconds(2)))
  }

  @Test func `a signal ends the session`() throws {
    #expect(try run(FakeGuest(), signal: 15) == .signal(15))
  }

  @Test func `text in the output ends the session at its last byte, whatever the pieces`() throws {
    for channel in [OutputChannel.com1, .debugcon] {
      let guest = FakeGuest([
        (
          999_990,
          {
            $0.send("kernel rea", to: channel); return nil
          }
        ),
        (
          1_500_000,
          {
            $0.send("dy", to: channel); return nil
          }
        ),
        (
          1_500_001,
          {
            $0.send("too late", to: channel); return nil
          }
        ),
      ])
      let end = try run(guest) { $0.until = "ready" }
      #expect(end == .untilMet(channel == .com1 ? .com1 : .debugcon))
      #expect(guest.instructions == 1_500_000)
    }
  }

  @Test func `text that is shared out to two ports is not met`() throws {
    let guest = FakeGuest([
      (
        10,
        {
          $0.send("rea", to: .com1); return nil
        }
      ),
      (
        20,
        {
          $0.send("dy", to: .debugcon); return .stopped(.halted)
        }
      ),
    ])
    #expect(try run(guest) { $0.until = "ready" } == .guest(.halted))
  }

  @Test func `text on the screen ends the session at the next millisecond`() throws {
    let guest = FakeGuest([
      (
        1_500_000,
        {
          $0.show("ready", row: 7); return nil
        }
      )
    ])
    #expect(try run(guest) { $0.until = "ready" } == .untilMet(.screen))
    #expect(guest.instructions == 2_000_000)
  }

  @Test func `text shown just before the budget ends or the guest halts is met`() throws {
    let budget = FakeGuest([
      (
        900,
        {
          $0.show("ready"); return nil
        }
      )
    ])
    #expect(
      try run(budget) {
        $0.until = "ready"
        $0.maxInstructions = 1000
      } == .untilMet(.screen))
    let halting = FakeGuest([
      (
        900,
        {
          $0.show("ready"); return .stopped(.halted)
        }
      )
    ])
    #expect(try run(halting) { $0.until = "ready" } == .untilMet(.screen))
  }

  @Test(arguments: [Stop.guestExit(value: 1), .reset(.keyboardController)])
  func `a guest that leaves or resets keeps its own reason under until`(stop: Stop) throws {
    let guest = FakeGuest([
      (
        900,
        {
          $0.show("ready"); return .stopped(stop)
        }
      )
    ])
    #expect(try run(guest) { $0.until = "ready" } == .guest(stop))
  }

  @Test func `a guest in HLT with nothing to come ends the session at once`() throws {
    let guest = FakeGuest([(77, { _ in .waiting(until: nil) })])
    #expect(try run(guest) == .guest(.waitingForNothing))
    #expect(guest.instructions == 77)
  }

  @Test func `a guest in HLT is moved to its timer without delay`() throws {
    let hour = GuestTime(nanoseconds: 3_600_000_000_000)
    let guest = FakeGuest([
      (10, { _ in .waiting(until: hour) }), (20, { _ in .stopped(.halted) }),
    ])
    #expect(try run(guest) == .guest(.halted))
    #expect(guest.now.nanoseconds == hour.nanoseconds + 10)
    #expect(guest.slices.count < 10)
  }

  @Test func `a screen that stays the same for the idle time ends the session`() throws {
    let guest = FakeGuest([
      (
        2_500_000,
        {
          $0.show("up"); return nil
        }
      )
    ])
    #expect(
      try run(guest) { $0.idle = .milliseconds(50) }
        == .idle(.milliseconds(50), keysLeft: 0))
    #expect(guest.instructions == 53_000_000)
  }

  @Test func `output that goes on keeps the session from being idle`() throws {
    let guest = FakeGuest(
      (1...100).map {
        (
          $0 * 40_000_000,
          {
            $0.send("."); return nil
          }
        )
      }
        + [(4_000_000_001, { _ in .stopped(.halted) })])
    #expect(try run(guest) { $0.idle = .milliseconds(50) } == .guest(.halted))
  }

  @Test func `a guest that only waits for its timer is idle in the end`() throws {
    let guest = FakeGuest([(10, { _ in .waiting(until: GuestTime(nanoseconds: .max)) })])
    #expect(try run(guest) { $0.idle = .seconds(10) } == .idle(.seconds(10), keysLeft: 0))
    #expect(guest.now.nanoseconds <= 10_001_000_000)
  }

  @Test func `keys go down and come up at their moments, however fast the host`() throws {
    func typed(cost: UInt64) throws -> [UInt64] {
      let guest = FakeGuest()
      _ = try run(guest, cost: cost) {
        $0.keys = [KeyPress(.a), KeyPress(.b, .shift)]
        $0.idle = .milliseconds(100)
      }
      #expect(guest.typed.map(\.bytes) == [[0x1E], [0x9E], [0x2A, 0x30], [0xB0, 0xAA]])
      return guest.typed.map(\.at)
    }
    let moments: [UInt64] = [50_000_000, 70_000_000, 90_000_000, 110_000_000]
    #expect(try typed(cost: 1_000) == moments)
    #expect(try typed(cost: 500_000_000) == moments)
  }

  @Test func `instructions that take longer than a nanosecond change nothing about that`() throws {
    func typed(cost: UInt64) throws -> [UInt64] {
      let guest = FakeGuest()
      guest.nanosecondsPerInstruction = 700
      _ = try run(guest, cost: cost) {
        $0.keys = [KeyPress(.a), KeyPress(.b)]
        $0.idle = .milliseconds(100)
      }
      return guest.typed.map(\.at)
    }
    let moments = try typed(cost: 1_000)
    #expect(moments == (try typed(cost: 500_000_000)))
    #expect(moments.count == 4)
    for (moment, due) in zip(moments, [50, 70, 90, 110] as [UInt64]) {
      #expect((due * 1_000_000..<(due + 8) * 1_000_000).contains(moment))
    }
  }

  @Test func `a guest in HLT is woken by the next key`() throws {
    let guest = FakeGuest([(10, { _ in .waiting(until: nil) })])
    guest.onKeys = { guest in
      guest.send("k")
      return .waiting(until: nil)
    }
    #expect(try run(guest) { $0.keys = [KeyPress(.a)] } == .guest(.waitingForNothing))
    #expect(guest.typed.map(\.at) == [50_000_000, 70_000_000])
  }

  @Test func `keys wait for a guest that has not read the last one, and end as idle`() throws {
    let guest = FakeGuest()
    guest.readsKeyboard = false
    let end = try run(guest) {
      $0.keys = [KeyPress(.a), KeyPress(.b)]
      $0.idle = .milliseconds(200)
    }
    #expect(end == .idle(.milliseconds(200), keysLeft: 2))
    #expect(guest.typed.count == 1)
  }

  @Test func `a guest in HLT that never read its key waits for nothing`() throws {
    let guest = FakeGuest([(60_000_000, { _ in .waiting(until: nil) })])
    guest.readsKeyboard = false
    #expect(try run(guest) { $0.keys = [KeyPress(.a)] } == .guest(.waitingForNothing))
  }

  @Test func `COM1's bytes are written as they come`() throws {
    let pipe = try FileDescriptor.pipe()
    let guest = FakeGuest([
      (
        10,
        {
          $0.send("one\n"); return nil
        }
      ),
      (
        1_000_010,
        {
          $0.send("two"); return .stopped(.halted)
        }
      ),
    ])
    #expect(try run(guest, output: pipe.writeEnd) == .guest(.halted))
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = try bytes.withUnsafeMutableBytes { try pipe.readEnd.read(into: $0) }
    #expect(String(decoding: bytes.prefix(count), as: UTF8.self) == "one\ntwo")
    try pipe.readEnd.close()
    try pipe.writeEnd.close()
  }
}
