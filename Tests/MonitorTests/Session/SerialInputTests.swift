// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Foundation
import SystemPackage
import Testing

@testable import Monitor

/// What comes in on standard input and arrives at COM1.
@Suite struct SerialInputTests {
  /// Runs `guest` with input from `source`.
  private func run(
    _ guest: FakeGuest, _ source: FileDescriptor, _ setUp: (inout SessionGoals) -> Void = { _ in }
  ) throws -> SessionEnd {
    var goals = SessionGoals()
    setUp(&goals)
    let collector = OutputCollector(com1: nil, debugcon: nil, until: goals.until)
    guest.sink = collector.receive
    var session = HeadlessSession(
      guest, collector: collector, goals: goals, input: SerialInput(source),
      wallClock: WallClock.now, signal: { nil })
    return try session.run()
  }

  /// A pipe with `text` in it, whose writer has gone.
  private func pipe(_ text: String) throws -> FileDescriptor {
    let (reading, writing) = try FileDescriptor.pipe()
    try writing.writeAll(text.utf8)
    try writing.close()
    return reading
  }

  private func file(_ text: String) throws -> FileDescriptor {
    let scratch = try Scratch()
    return try FileDescriptor.open(scratch.write(Array(text.utf8), as: "input"), .readOnly)
  }

  @Test func `bytes arrive a millisecond apart from 50 ms on, from a file as from a pipe`() throws {
    for source in [try file("abc"), try pipe("abc")] {
      let guest = FakeGuest()
      #expect(
        try run(guest, source) { $0.idle = .milliseconds(60) }
          == .idle(.milliseconds(60), keysLeft: 0))
      #expect(guest.arrived.map(\.byte) == Array("abc".utf8))
      #expect(guest.arrived.map(\.at) == [50_000_000, 51_000_000, 52_000_000])
      // What arrives is a change: the time without one begins behind it.
      #expect(guest.now.nanoseconds == 112_000_000)
      try source.close()
    }
  }

  @Test func `a guest in HLT is woken by each byte, and waits for nothing behind the last`() throws
  {
    let guest = FakeGuest([(10, { _ in .waiting(until: nil) })])
    guest.onKeys = { _ in .waiting(until: nil) }
    #expect(try run(guest, pipe("ab")) == .guest(.waitingForNothing))
    #expect(guest.arrived.map(\.at) == [50_000_000, 51_000_000])
  }

  @Test func `bytes wait for a guest that has not read the last one, and the end says so`() throws {
    let guest = FakeGuest()
    guest.readsCOM1 = false
    let end = try run(guest, pipe("ab")) { $0.idle = .milliseconds(200) }
    #expect(end == .idle(.milliseconds(200), keysLeft: 0, inputLeft: true))
    #expect(guest.arrived.count == 1)
  }

  @Test func `a guest that ends before input is due never looks at it`() throws {
    let source = try pipe("abc")
    let guest = FakeGuest([(49_000_000, { _ in .stopped(.halted) })])
    #expect(try run(guest, source) == .guest(.halted))
    var left: [UInt8] = [0, 0, 0, 0]
    #expect(try left.withUnsafeMutableBytes { try source.read(into: $0) } == 3)
  }

  /// The guest's answer is what makes the writer go on, as in a script that waits for a prompt.
  @Test func `a writer that waits for the guest is waited for, in real time`() throws {
    let (reading, writing) = try FileDescriptor.pipe()
    let guest = FakeGuest([(10, { _ in .waiting(until: nil) })])
    guest.onKeys = { guest in
      if guest.arrived.count == 3 { return .stopped(.powerOff) }
      return .waiting(until: nil)
    }
    let writer = Thread {
      for byte in "abc".utf8 {
        usleep(150_000)
        _ = try? writing.writeAll([byte])
      }
    }
    writer.start()
    let start = ContinuousClock.now
    #expect(try run(guest, reading) { $0.idle = .seconds(10) } == .guest(.powerOff))
    #expect(guest.arrived.map(\.byte) == Array("abc".utf8))
    #expect(ContinuousClock.now - start >= .milliseconds(400))
    // The guest's clock goes with the wall's while it waits: 150 ms each, but for what it is patient.
    #expect(guest.now.nanoseconds < 5_000_000_000)
  }

  @Test func `a silent pipe does not keep a run from being idle, in real time`() throws {
    let (reading, writing) = try FileDescriptor.pipe()
    defer { try? writing.close() }
    let guest = FakeGuest([(10, { _ in .waiting(until: nil) })])
    let start = ContinuousClock.now
    #expect(
      try run(guest, reading) { $0.idle = .milliseconds(300) }
        == .idle(.milliseconds(300), keysLeft: 0))
    #expect(ContinuousClock.now - start >= .milliseconds(250))
  }

  @Test func `what is closed, or only to be written, is no input`() throws {
    let (reading, writing) = try FileDescriptor.pipe()
    #expect(SerialInput(writing) == nil)
    try writing.close()
    try reading.close()
    #expect(SerialInput(FileDescriptor(rawValue: 999)) == nil)
  }
}
