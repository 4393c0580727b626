// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Glibc
import SystemPackage
import Testing
import X86

@testable import Monitor

/// Live sessions of a scripted guest in this process, on a pseudo-terminal.
@Suite(.serialized) struct LiveSessionTests {
  /// Runs a session in a thread of its own while `person` acts at the terminal.
  func play(
    _ makeGuest: @escaping @Sendable () -> FakeGuest, rows: Int = 26, columns: Int = 80,
    goals: SessionGoals = SessionGoals(), person: (PseudoTerminal) -> Void
  ) async throws -> (end: SessionEnd, terminal: PseudoTerminal) {
    let terminal = try PseudoTerminal(rows: rows, columns: columns)
    let before = terminal.settings
    let descriptor = FileDescriptor(rawValue: terminal.slave)
    let session = Task.detached {
      let guest = makeGuest()
      let collector = OutputCollector(com1: nil, debugcon: nil, until: goals.until)
      guest.sink = collector.receive
      let signals = SignalWatch([SIGWINCH])
      defer { signals.stop() }
      guard let terminal = Terminal(input: descriptor, output: descriptor) else {
        throw SessionError.terminalGone(.ioError)
      }
      return try LiveSession(
        guest, on: terminal, collector: collector, signals: signals, goals: goals,
        depth: .sixteen, escape: .standard, symbolizer: { _ in "kmain+0x12" }
      ).run()
    }
    person(terminal)
    let end = try await session.value
    terminal.wait(seconds: 5) { !$0.isAlternate }
    #expect(terminal.settings == before, "the terminal's settings are as before")
    #expect(!terminal.view.isAlternate)
    #expect(terminal.view.privateModes == [7, 25])
    #expect(terminal.view.unknown.isEmpty)
    return (end, terminal)
  }

  @Test func `the screen is shown, keys reach the guest, and the person quits`() async throws {
    let (end, _) = try await play {
      let guest = FakeGuest([
        (
          10,
          {
            $0.show("Hello World!", row: 12, column: 34, attribute: 0x1F);
            return .waiting(until: nil)
          }
        )
      ])
      guest.onKeys = { guest in
        guest.show("typed \(guest.typed.count)", row: 24)
        return .waiting(until: nil)
      }
      return guest
    } person: { terminal in
      #expect(terminal.wait { $0.text(row: 12).contains("Hello World!") })
      #expect(terminal.view[12, 34].style == [97, 44])
      #expect(terminal.wait { $0.text(row: 25).contains("waiting · 64-bit") })
      terminal.send("a\u{1B}[A")
      #expect(terminal.wait { $0.text(row: 24) == "typed 4" })
      terminal.send("\u{1}h")
      #expect(terminal.wait { $0.text.contains { $0.contains("Any key closes this help") } })
      terminal.send(" \u{1}x")
    }
    #expect(end == .quit)
  }

  @Test func `a guest that waits causes no output at all`() async throws {
    _ = try await play {
      FakeGuest([
        (
          10,
          {
            $0.show("idle"); return .waiting(until: nil)
          }
        )
      ])
    } person: { terminal in
      #expect(terminal.wait { $0.text(row: 25).contains("waiting") })
      terminal.wait(seconds: 0.4) { _ in false }
      let count = terminal.received.count
      terminal.wait(seconds: 0.6) { _ in false }
      #expect(terminal.received.count == count)
      terminal.send("\u{1}x")
    }
  }

  @Test func `a guest that stops ends the session with its reason`() async throws {
    let (end, _) = try await play {
      FakeGuest([(3_000_000, { _ in .stopped(.halted) })])
    } person: { _ in
    }
    #expect(end == .guest(.halted))
  }

  @Test func `until is met on the screen of a live session`() async throws {
    var goals = SessionGoals()
    goals.until = "ready"
    let (end, _) = try await play(
      {
        FakeGuest([
          (
            3_000_000,
            {
              $0.show("ready"); return .waiting(until: nil)
            }
          )
        ])
      },
      goals: goals
    ) { _ in }
    #expect(end == .untilMet(.screen))
  }

  @Test func `the NMI button wakes a guest that waits`() async throws {
    let (end, _) = try await play {
      let guest = FakeGuest([(10, { _ in .waiting(until: nil) })])
      guest.onKeys = { $0.nmis == 1 ? .stopped(.powerOff) : .stopped(.halted) }
      return guest
    } person: { terminal in
      #expect(terminal.wait { $0.text(row: 25).contains("waiting") })
      terminal.send("\u{1}n")
    }
    #expect(end == .guest(.powerOff))
  }

  @Test func `a lone Escape reaches the guest`() async throws {
    let (end, _) = try await play {
      let guest = FakeGuest([(10, { _ in .waiting(until: nil) })])
      guest.onKeys = { guest in
        guest.typed.first?.bytes == [0x01] ? .stopped(.powerOff) : .stopped(.halted)
      }
      return guest
    } person: { terminal in
      #expect(terminal.wait { $0.text(row: 25).contains("waiting") })
      terminal.send("\u{1B}")
    }
    #expect(end == .guest(.powerOff))
  }

  @Test func `virtual time keeps to the wall clock`() async throws {
    let start = ContinuousClock.now
    var goals = SessionGoals()
    goals.maxInstructions = 300_000_000
    let (end, _) = try await play({ FakeGuest() }, goals: goals) { _ in }
    #expect(end == .instructionBudget(300_000_000))
    #expect(ContinuousClock.now - start >= .milliseconds(280))
  }
}
