// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// Runs a guest without showing it, the same way every time.
///
/// The session looks at the guest at every millisecond of guest time, when keys are due, and when
/// the guest waits or stops; so whatever it decides is decided at the same instruction in every run.
/// Only `--timeout`, signals and a slow writer of COM1's input come from outside. While the guest waits
/// in HLT, its time skips ahead to whatever happens next.
public struct HeadlessSession<Subject: Guest> {
  /// Nanoseconds of guest time from one look to the next.
  private static var period: UInt64 { 1_000_000 }
  /// The most instructions in one slice, for the sake of `--timeout` and signals. How slices are cut
  /// must depend on the guest alone, or runs would differ: they may end beyond the next look.
  private static var longestSlice: UInt64 { 200_000 }

  private let guest: Subject
  private let collector: OutputCollector
  private let goals: SessionGoals
  private let wallClock: () -> UInt64
  private let signal: () -> Int32?
  private let finder: ScreenFinder?
  private let deadline: UInt64?
  /// Nanoseconds without change that end the run; 0 for never.
  private let idle: UInt64

  private var typist: KeyTypist
  private var serial: SerialTypist?
  /// Nanoseconds of guest time that an instruction seems to take: 1, or up to 1000 when it talks to
  /// devices; falls slowly, so that slices seldom go far beyond the next look.
  private var pace: UInt64 = 1_000
  private var isLooking = true
  private var lastLook: (screen: TextScreen, outputs: UInt64)
  private var lastChange: GuestTime
  /// Exceptions that led to one another without an instruction in between, a nanosecond each: a handler that
  /// faults at its first instruction, on the same stack each time, would never come to the end of a budget.
  private var stuck: UInt64 = 0

  /// A session for `guest`, whose events `collector` receives.
  ///
  /// - Parameters:
  ///   - input: What arrives at COM1.
  ///   - wallClock: Nanoseconds of a clock that never goes back.
  ///   - signal: A signal that asks for an end, if one came.
  init(
    _ guest: Subject, collector: OutputCollector, goals: SessionGoals, input: SerialInput? = nil,
    wallClock: @escaping () -> UInt64, signal: @escaping () -> Int32?
  ) {
    self.guest = guest
    self.collector = collector
    self.goals = goals
    self.wallClock = wallClock
    self.signal = signal
    finder = goals.until.flatMap(ScreenFinder.init)
    idle = goals.idle.nanoseconds
    deadline = goals.timeout.map { wallClock() + $0.nanoseconds }
    typist = KeyTypist(goals.keys)
    serial = input.map(SerialTypist.init)
    lastLook = (guest.screen, 0)
    lastChange = guest.now
    if goals.until != nil { collector.onMatch = { guest.requestPause() } }
  }

  /// Runs the guest until something ends the session.
  public mutating func run() throws(SessionError) -> SessionEnd {
    while true {
      if let end = try step() { return end }
    }
  }

  /// The same until `isReached` at the latest, which is asked whenever the guest is not running; nil if
  /// that was first.
  mutating func run(until isReached: () -> Bool) throws(SessionError) -> SessionEnd? {
    while !isReached() {
      if let end = try step() { return isReached() ? nil : end }
    }
    return nil
  }

  /// Runs the guest to the next look, at most a slice of wall-clock time.
  private mutating func step() throws(SessionError) -> SessionEnd? {
    if let number = signal() { return .signal(number) }
    if let deadline, let timeout = goals.timeout, wallClock() >= deadline {
      return .timeout(timeout)
    }
    if let most = goals.maxInstructions, isBudgetSpent { return .instructionBudget(most) }
    if isLooking {
      if typist.type(into: guest) { lastChange = guest.now }
      if serial?.type(into: guest) == true { lastChange = guest.now }
    }

    let look = nextLook
    let before = (instructions: guest.instructions, now: guest.now)
    let pause = guest.run(nanoseconds: sliceSize(until: look))
    let measured = (guest.now - before.now) / max(1, guest.instructions - before.instructions)
    pace = max(1, measured, pace / 2)
    if pause == .budgetSpent && guest.instructions == before.instructions {
      stuck += guest.now - before.now
    }
    try collector.flush()
    isLooking = pause != .budgetSpent || guest.now >= look || isBudgetSpent
    if let end = textEnd(pause) { return end }
    switch pause {
    case .stopped(let stop): return .guest(stop)
    case .waiting(let moment): return wait(until: moment)
    case .budgetSpent, .requested: return isLooking ? changeEnd() : nil
    }
  }

  private var isBudgetSpent: Bool {
    goals.maxInstructions.map { guest.instructions + stuck >= $0 } ?? false
  }

  /// When to look at the guest again: the next whole period, or the next key.
  ///
  /// For the text of `--until` the first period is cut into eight: a kernel that says hello at once need
  /// not boot to its end for that.
  private var nextLook: GuestTime {
    let now = guest.now.nanoseconds
    let period = finder != nil && now < Self.period ? Self.period / 8 : Self.period
    let boundary = GuestTime(nanoseconds: now - now % period) + period
    let key = typist.next.flatMap { $0 > guest.now ? $0 : nil } ?? boundary
    let byte = serial?.next.flatMap { $0 > guest.now ? $0 : nil } ?? boundary
    return min(boundary, key, byte)
  }

  private func sliceSize(until look: GuestTime) -> UInt64 {
    let most = goals.maxInstructions.map { $0 - guest.instructions - stuck } ?? .max
    let reaching = max((look - guest.now) / pace, 1_000)
    return min(look - guest.now, reaching, Self.longestSlice, most)
  }

  /// Whether `--until` is met. A guest that left, reset itself or crashed keeps its own reason.
  private mutating func textEnd(_ pause: Machine.Pause) -> SessionEnd? {
    switch pause {
    case .stopped(.guestExit), .stopped(.reset), .stopped(.tripleFault), .stopped(.engineFailure):
      return nil
    case .budgetSpent, .requested, .waiting, .stopped:
      if isLooking, let finder, finder.isFound(on: guest.screen) { return .untilMet(.screen) }
      return collector.match.map(SessionEnd.untilMet)
    }
  }

  /// Whether nothing has changed for too long.
  private mutating func changeEnd() -> SessionEnd? {
    if !isIdleCounted { return nil }
    let look = (screen: guest.screen, outputs: collector.count)
    if look != lastLook {
      lastLook = look
      lastChange = guest.now
    }
    guard guest.now - lastChange >= idle else { return nil }
    return .idle(
      goals.idle, keysLeft: typist.keysLeft,
      inputLeft: serial.map { $0.next != nil && !$0.isWaiting } ?? false)
  }

  /// Whether a guest that does nothing is done. A person at a terminal may think for longer.
  private var isIdleCounted: Bool { idle > 0 && serial?.isWaitingForPerson != true }

  /// Lets time pass while the guest waits in HLT.
  private mutating func wait(until moment: GuestTime?) -> SessionEnd? {
    if let end = changeEnd() { return end }
    // What is due already but not taken will not be taken while the guest sleeps.
    let key = typist.next.flatMap { $0 > guest.now || guest.keyboardIsDrained ? $0 : nil }
    let isAwaited = serial?.isWaiting == true && guest.com1IsDrained
    let byte = serial?.next.flatMap {
      $0 > guest.now || guest.com1IsDrained && !isAwaited ? $0 : nil
    }
    let moments = [moment, key, byte].compactMap { $0 }
    guard var next = moments.min() ?? (isAwaited ? .distant : nil) else {
      return .guest(.waitingForNothing)
    }
    if isIdleCounted { next = min(next, lastChange + idle) }
    // Whoever may send something lives in real time, and so does the guest that waits for it.
    if isAwaited, let serial { next = guest.now + serial.wait(nanoseconds: next - guest.now) }
    guest.skip(to: next)
    return changeEnd()
  }
}
