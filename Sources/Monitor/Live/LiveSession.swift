// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Glibc

/// Shows a guest in the person's terminal and lets them type into it.
///
/// One thread does everything in turn: signals, keys, a slice of the guest, a frame; and sleeps in
/// poll(2) when there is nothing to do. A guest that waits in HLT costs nothing but its own timer.
final class LiveSession<Subject: Guest> {
  /// Nanoseconds between frames, status readings, and so on.
  private enum Interval {
    static var frame: UInt64 { 16_666_667 }
    static var status: UInt64 { 250_000_000 }
    static var hint: UInt64 { 3_000_000_000 }
    /// The shortest sleep for the sake of a guest's timer, whose ticks are then made up for.
    static var sleep: UInt64 { 4_000_000 }
    /// What a slice of the guest should take.
    static var slice: UInt64 { 4_000_000 }
  }

  private let guest: Subject
  private let stage: TerminalStage
  private let collector: OutputCollector
  private let goals: SessionGoals
  private let symbolizer: Symbolizer
  private let finder: ScreenFinder?
  private let deadline: UInt64?

  private var model: LiveModel
  private var pacer: Pacer
  private var slices = SliceMeter(target: Interval.slice, limit: 2_000_000)
  private var rate: RateMeter
  private var typist: KeyTypist
  private var keyboard = LiveKeyboard()

  private var isWaiting = false
  /// When the guest's next timer fires, while it waits.
  private var wakeUp: GuestTime?
  private var isScreenStale = true
  private var isStatusStale = true
  private var isChanged = true
  /// How many lines the trace had when the last ones of it were taken to be shown.
  private var shownLines: UInt64?
  private var nextFrame: UInt64 = 0
  private var nextStatus: UInt64 = 0
  private var hintEnd: UInt64?
  private var end: SessionEnd?

  /// A session for `guest` on `terminal`.
  init(
    _ guest: Subject, on terminal: Terminal, collector: OutputCollector, signals: SignalWatch,
    goals: SessionGoals, depth: ColorDepth, escape: EscapeKey, symbolizer: @escaping Symbolizer
  ) {
    self.guest = guest
    stage = TerminalStage(terminal, signals: signals, depth: depth)
    self.collector = collector
    self.goals = goals
    self.symbolizer = symbolizer
    let wall = WallClock.now()
    model = LiveModel(
      extent: terminal.extent, screen: guest.screen, escape: escape, isTraced: collector.log != nil)
    pacer = Pacer(wall: wall, guest: guest.now)
    rate = RateMeter(wall: wall, instructions: guest.instructions)
    typist = KeyTypist(goals.keys)
    finder = goals.until.flatMap(ScreenFinder.init)
    deadline = goals.timeout.map { wall + $0.nanoseconds }
    if goals.until != nil { collector.onMatch = { guest.requestPause() } }
  }

  /// Runs until something ends the session; the terminal is as before when this returns or throws.
  func run() throws(SessionError) -> SessionEnd {
    try stage.perform(hangUp: .signal(SIGHUP)) { () throws(SessionError) in
      let wall = WallClock.now()
      for news in try stage.news() { take(news) }
      try takeInput(wall)
      try runGuest(wall)
      try draw(WallClock.now())
      if end == nil { sleep() }
      return end
    }
  }

  // MARK: - From the person

  private func take(_ news: TerminalStage.News) {
    switch news {
    case .resized(let extent): resize(to: extent)
    case .returned(let extent):
      resize(to: extent)
      pacer = Pacer(wall: WallClock.now(), guest: guest.now)
    case .ended(let signal): end = .signal(signal)
    }
  }

  private func resize(to extent: Extent) {
    send(.resized(extent))
    shownLines = nil
  }

  private func takeInput(_ wall: UInt64) throws(SessionError) {
    for input in try stage.input(wall) { try take(input) }
    if model.hint == nil {
      hintEnd = nil
    } else if let end = hintEnd, wall >= end {
      send(.hintExpired)
    } else if hintEnd == nil {
      hintEnd = wall + Interval.hint
    }
  }

  private func take(_ input: KeyDecoder.Input) throws(SessionError) {
    for effect in model.update(.input(input)) {
      switch effect {
      case .quit: end = .quit
      case .suspend: take(try stage.suspend())
      case .raiseNMI:
        guest.raiseNMI()
        isWaiting = false
      case .type(let press):
        if !keyboard.press(press, at: guest.now) { send(.keyboardFull) }
      }
    }
    isChanged = true
  }

  private func send(_ message: LiveModel.Message) {
    _ = model.update(message)
    isChanged = true
  }

  // MARK: - The guest

  private func runGuest(_ wall: UInt64) throws(SessionError) {
    if let deadline, wall >= deadline, let timeout = goals.timeout { end = .timeout(timeout) }
    if let most = goals.maxInstructions, guest.instructions >= most {
      end = .instructionBudget(most)
    }
    let due = pacer.due(at: wall)
    if isWaiting { wake(at: due) }
    typeKeys()
    if isWaiting || end != nil { return }
    pacer.dropLag(at: wall, guest: guest.now)
    let size = min(pacer.due(at: wall) - guest.now, slices.quantum, remainingInstructions)
    if size > 0 { try runSlice(size) }
  }

  private var remainingInstructions: UInt64 {
    goals.maxInstructions.map { $0 - min($0, guest.instructions) } ?? .max
  }

  /// Moves the clock of a guest in HLT to `due`, or to its timer if that fires before.
  private func wake(at due: GuestTime) {
    guard let wakeUp, wakeUp <= due else { return guest.skip(to: due) }
    guest.skip(to: wakeUp)
    isWaiting = false
  }

  /// Sends keys for which the guest's keyboard has room.
  private func typeKeys() {
    if typist.type(into: guest) { isWaiting = false }
    if keyboard.send(to: guest) { isWaiting = false }
  }

  private func runSlice(_ size: UInt64) throws(SessionError) {
    let start = WallClock.now()
    let before = guest.instructions
    let pause = guest.run(nanoseconds: size)
    slices.learn(instructions: guest.instructions - before, elapsed: WallClock.now() - start)
    isScreenStale = true
    isStatusStale = true
    switch pause {
    case .budgetSpent, .requested: break
    case .waiting(let moment):
      isWaiting = true
      wakeUp = moment
    case .stopped(let stop): end = .guest(stop)
    }
    try collector.show(isWaiting: isWaiting)
    checkUntil(pause)
  }

  /// A guest that left, reset itself or crashed keeps its own reason.
  private func checkUntil(_ pause: Machine.Pause) {
    switch pause {
    case .stopped(.guestExit), .stopped(.reset), .stopped(.tripleFault), .stopped(.engineFailure):
      return
    case .stopped, .waiting, .budgetSpent, .requested: break
    }
    if let finder, finder.isFound(on: guest.screen) { end = .untilMet(.screen) }
    if let place = collector.match { end = .untilMet(place) }
  }

  // MARK: - To the person

  private func draw(_ wall: UInt64) throws(SessionError) {
    let isLast = end != nil
    guard wall >= nextFrame || isLast else { return }
    if isScreenStale {
      isScreenStale = false
      let screen = guest.screen
      if screen != model.screen { send(.screen(screen)) }
    }
    if let log = collector.log { showEnd(of: log) }
    if isStatusStale, wall >= nextStatus || isLast { readStatus(wall) }
    guard isChanged else { return }
    isChanged = false
    if try stage.show(LiveView.draw(model)) { nextFrame = wall + Interval.frame }
  }

  /// Takes what may be seen of the trace, and no more of it than once for a frame.
  private func showEnd(of log: TraceLog) {
    if log.lines == shownLines { return }
    shownLines = log.lines
    send(.trace(StyledText.lines(log.last(model.extent.rows))))
  }

  private func readStatus(_ wall: UInt64) {
    isStatusStale = false
    nextStatus = wall + Interval.status
    let processor = guest.processor
    var status = LiveModel.Status()
    status.activity = isWaiting ? .waiting : .running
    status.mode = processor.mode
    status.instructions = guest.instructions
    let mips = rate.read(wall: wall, instructions: guest.instructions)
    status.mips = isWaiting && wakeUp == nil ? 0 : mips
    status.address = hex(processor.rip.value)
    status.symbol = symbolizer(processor.rip)
    if status != model.status { send(.status(status)) }
  }

  // MARK: - Rest

  /// Sleeps until there is something to do.
  private func sleep() {
    let wall = WallClock.now()
    var until = guestsTurn(wall)
    if isChanged || isScreenStale { until = min(until, nextFrame) }
    if isStatusStale { until = min(until, nextStatus) }
    for moment in [hintEnd, deadline] {
      if let moment { until = min(until, moment) }
    }
    if model.hint != nil, hintEnd == nil { until = wall }
    stage.sleep(wall, until: until == .max ? nil : until)
  }

  /// When the guest has to go on.
  private func guestsTurn(_ wall: UInt64) -> UInt64 {
    if isWaiting {
      let moments = [wakeUp, typist.next, keyboard.release].compactMap { $0 }.map(pacer.wall(of:))
      // A key that is due but not taken waits for the guest, not for the clock.
      let next = moments.filter { $0 > wall }.min() ?? .max
      if let wakeUp, pacer.wall(of: wakeUp) <= wall { return wall }
      return next == .max ? .max : max(next, wall + Interval.sleep)
    }
    // A host that is faster than the guest's clock gathers up some work.
    return pacer.due(at: wall) - guest.now < 1_000_000 ? wall + 2_000_000 : wall
  }
}
