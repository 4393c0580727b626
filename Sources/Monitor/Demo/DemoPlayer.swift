// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Glibc

/// Shows a tape in the person's terminal, who goes through it by keys.
final class DemoPlayer {
  /// Nanoseconds between scenes while it goes on by itself: as by the guest's clock, but neither too
  /// short to be seen nor too long to be waited for.
  private static let pause: ClosedRange<UInt64> = 20_000_000...400_000_000
  /// How long an Escape may be the start of an arrow key.
  private static let escape: UInt64 = 30_000_000

  private let terminal: Terminal
  private let signals: SignalWatch
  private var model: DemoModel
  private var encoder: FrameEncoder
  private var decoder = KeyDecoder()
  private var isInputReady = false
  /// When the next scene comes, while it goes on by itself.
  private var due: UInt64?
  private var end: End?

  /// Why it ended.
  enum End: Equatable {
    case quit
    case signal(Int32)
  }

  init(_ tape: DemoTape, on terminal: Terminal, signals: SignalWatch, depth: ColorDepth) {
    self.terminal = terminal
    self.signals = signals
    model = DemoModel(tape, extent: terminal.extent)
    encoder = FrameEncoder(depth: depth)
  }

  /// Shows it until the person or a signal ends that; the terminal is as before when this returns or
  /// throws.
  func run() throws(SessionError) -> End {
    defer { terminal.leave() }
    do throws(SessionError) {
      try terminal.enter()
      while true {
        try terminal.write(encoder.encode(DemoView.draw(model)))
        sleep()
        try takeSignals()
        try takeInput()
        goOn()
        if let end { return end }
      }
    } catch {
      // Nobody is there any more: the same as a hang-up.
      if case .terminalGone = error { return .signal(SIGHUP) }
      throw error
    }
  }

  private func takeSignals() throws(SessionError) {
    for signal in signals.take() {
      switch signal {
      case SIGWINCH: _ = model.update(.resized(terminal.extent))
      case SIGTSTP: try suspend()
      case SIGCONT: try resume()
      default: end = .signal(signal)
      }
    }
  }

  private func takeInput() throws(SessionError) {
    // Without a word from the terminal, an Escape that was pending was the key.
    let inputs = isInputReady ? decoder.decode(try terminal.read()) : decoder.flush()
    for input in inputs {
      for effect in model.update(.input(input)) {
        switch effect {
        case .quit: end = .quit
        case .suspend: try suspend()
        }
      }
    }
  }

  private func suspend() throws(SessionError) {
    terminal.leave()
    signals.suspend()
    try resume()
  }

  private func resume() throws(SessionError) {
    terminal.leave()
    try terminal.enter()
    encoder.invalidate()
    _ = model.update(.resized(terminal.extent))
  }

  /// Shows the next scene if it goes on by itself and its time has come.
  private func goOn() {
    guard model.isPlaying else {
      due = nil
      return
    }
    let wall = WallClock.now()
    if let due, wall < due { return }
    _ = model.update(.due)
    let time = model.timeToNextScene ?? 0
    due = wall + min(max(time, Self.pause.lowerBound), Self.pause.upperBound)
  }

  /// Sleeps until there is something to do.
  private func sleep() {
    let wall = WallClock.now()
    var left = due.map { $0 - min($0, wall) }
    if decoder.isIncomplete { left = min(left ?? .max, Self.escape) }
    isInputReady = Poll.wait(
      forInput: terminal.inputDescriptor, orWakeUp: signals.descriptor, nanoseconds: left)
  }
}
