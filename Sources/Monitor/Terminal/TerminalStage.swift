// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// The person's terminal while kemu shows something there: pictures go in, keys and signals come out, and it
/// is left and entered again around every suspension.
final class TerminalStage {
  /// What the system says of the terminal, or of the process that has it.
  enum News: Equatable {
    case resized(Extent)
    /// kemu was suspended and goes on; the terminal may have any size now.
    case returned(Extent)
    /// A signal asks for an end.
    case ended(Int32)
  }

  private let terminal: Terminal
  private let signals: SignalWatch
  private var encoder: FrameEncoder
  private var decoder = KeyDecoder()
  /// Whether keys have arrived.
  private var isInputReady = false
  /// When an Escape that may be the start of an arrow key is taken for itself.
  private(set) var escapeEnd: UInt64?

  /// How long that may take, in nanoseconds.
  private static let escape: UInt64 = 30_000_000

  /// A stage on `terminal`, which is left alone until `perform`.
  init(_ terminal: Terminal, signals: SignalWatch, depth: ColorDepth) {
    (self.terminal, self.signals) = (terminal, signals)
    encoder = FrameEncoder(depth: depth)
  }

  /// The terminal's size.
  var extent: Extent { terminal.extent }

  /// Calls `turn` until it returns an end; the terminal is as before when this returns or throws. When nobody
  /// is there any more, that is the same as a hang-up: `hangUp`.
  func perform<End>(
    hangUp: End, _ turn: () throws(SessionError) -> End?
  ) throws(SessionError) -> End {
    defer { terminal.leave() }
    do throws(SessionError) {
      try terminal.enter()
      while true {
        if let end = try turn() { return end }
      }
    } catch {
      if case .terminalGone = error { return hangUp }
      throw error
    }
  }

  /// Makes the terminal show `picture`; false if it did already.
  func show(_ picture: CellBuffer) throws(SessionError) -> Bool {
    let bytes = encoder.encode(picture)
    try terminal.write(bytes)
    return !bytes.isEmpty
  }

  /// What came since the last time.
  func news() throws(SessionError) -> [News] {
    var news: [News] = []
    for signal in signals.take() {
      switch signal {
      case SIGWINCH: news.append(.resized(extent))
      case SIGTSTP: news.append(try suspend())
      case SIGCONT: news.append(try enterAgain())
      default: news.append(.ended(signal))
      }
    }
    return news
  }

  /// Lets the person have the shell, until they come back.
  func suspend() throws(SessionError) -> News {
    terminal.leave()
    signals.suspend()
    return try enterAgain()
  }

  private func enterAgain() throws(SessionError) -> News {
    terminal.leave()
    try terminal.enter()
    encoder.invalidate()
    return .returned(extent)
  }

  /// The keys that were pressed until `wall`.
  func input(_ wall: UInt64) throws(SessionError) -> [KeyDecoder.Input] {
    if isInputReady {
      let keys = decoder.decode(try terminal.read())
      escapeEnd = decoder.isIncomplete ? wall + Self.escape : nil
      return keys
    }
    guard let end = escapeEnd, wall >= end else { return [] }
    escapeEnd = nil
    return decoder.flush()
  }

  /// Sleeps until keys or signals come, or the moment `until`; for ever with nil.
  func sleep(_ wall: UInt64, until: UInt64?) {
    let moments = [until, escapeEnd].compactMap { $0 }
    isInputReady = Poll.wait(
      forInput: terminal.inputDescriptor, orWakeUp: signals.descriptor,
      nanoseconds: moments.min().map { $0 - min($0, wall) })
  }
}
