// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Glibc

/// Shows a tape in the person's terminal, who goes through it by keys.
final class DemoPlayer {
  /// Nanoseconds between scenes while it goes on by itself: as by the guest's clock, but neither too
  /// short to be seen nor too long to be waited for.
  private static let pause: ClosedRange<UInt64> = 20_000_000...400_000_000

  private let stage: TerminalStage
  private var model: DemoModel
  /// When the next scene comes, while it goes on by itself.
  private var due: UInt64?
  private var end: End?

  /// Why it ended.
  enum End: Equatable {
    case quit
    case signal(Int32)
  }

  init(_ tape: DemoTape, on terminal: Terminal, signals: SignalWatch, depth: ColorDepth) {
    stage = TerminalStage(terminal, signals: signals, depth: depth)
    model = DemoModel(tape, extent: terminal.extent)
  }

  /// Shows it until the person or a signal ends that; the terminal is as before when this returns or
  /// throws.
  func run() throws(SessionError) -> End {
    try stage.perform(hangUp: .signal(SIGHUP)) { () throws(SessionError) in
      _ = try stage.show(DemoView.draw(model))
      stage.sleep(WallClock.now(), until: due)
      for news in try stage.news() { take(news) }
      try takeInput()
      goOn()
      return end
    }
  }

  private func take(_ news: TerminalStage.News) {
    switch news {
    case .resized(let extent), .returned(let extent): _ = model.update(.resized(extent))
    case .ended(let signal): end = .signal(signal)
    }
  }

  private func takeInput() throws(SessionError) {
    for input in try stage.input(WallClock.now()) {
      for effect in model.update(.input(input)) {
        switch effect {
        case .quit: end = .quit
        case .suspend: take(try stage.suspend())
        }
      }
    }
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
}
