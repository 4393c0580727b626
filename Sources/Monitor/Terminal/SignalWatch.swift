// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc
import Synchronization

/// The signals that a session answers in its own time, by way of a pipe that `poll` can wait on.
///
/// A signal that comes a second time before the first was looked at means that the session hangs:
/// then the handler itself ends the process, the terminal put back.
final class SignalWatch {
  /// The signals by which a person or a system ends a program.
  static let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  /// The signals about the terminal.
  static let terminal = [SIGWINCH, SIGTSTP, SIGCONT]

  private let watched: [Int32]
  private var previous: [sigaction] = []

  /// Watches `signals` until `stop()`; one watch at a time.
  init(_ signals: [Int32]) {
    watched = signals
    Inbox.open()
    previous = signals.map { Self.install($0) }
  }

  deinit { stop() }

  /// Gives the signals their former meaning.
  func stop() {
    for (signal, action) in zip(watched, previous) {
      var action = action
      sigaction(signal, &action, nil)
    }
    previous = []
  }

  /// The descriptor that becomes readable when a signal came.
  var descriptor: Int32 { Inbox.reader.load(ordering: .relaxed) }

  /// The signals that came since the last call, in order.
  func take() -> [Int32] {
    // Asked at every wait of a headless guest: a system call each would take a quarter of its time.
    if Inbox.pending.load(ordering: .relaxed) == 0 { return [] }
    var bytes: [UInt8] = Array(repeating: 0, count: 64)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return [] }
    let signals = bytes.prefix(count).map(Int32.init)
    for signal in signals {
      Inbox.pending.bitwiseAnd(~(1 << UInt64(signal)), ordering: .relaxed)
    }
    return signals
  }

  /// Stops the process as SIGTSTP does by itself, and returns when it goes on.
  func suspend() {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = SIG_DFL
    sigaction(SIGTSTP, &action, nil)
    raise(SIGTSTP)
    _ = Self.install(SIGTSTP)
  }

  private static func install(_ signal: Int32) -> sigaction {
    var action = sigaction()
    action.sa_flags = SA_RESTART | SA_ONSTACK
    action.__sigaction_handler.sa_handler = handler
    var previous = sigaction()
    sigaction(signal, &action, &previous)
    return previous
  }

  private static let handler: @convention(c) (Int32) -> Void = { signal in
    let saved = errno
    let bit: UInt64 = 1 << UInt64(signal)
    let before = Inbox.pending.bitwiseOr(bit, ordering: .relaxed).oldValue
    if before & bit == 0 {
      var byte = UInt8(truncatingIfNeeded: signal)
      _ = write(Inbox.writer.load(ordering: .relaxed), &byte, 1)
    } else if SignalWatch.isEnding(signal) {
      TerminalRescue.die(by: signal)
    }
    errno = saved
  }

  /// Whether `signal` is one of `endings`, without touching an array: this runs in a handler.
  private static func isEnding(_ signal: Int32) -> Bool {
    signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGQUIT
  }

  /// The pipe, and which signals are in it. One per process, as handlers are.
  private enum Inbox {
    static let reader = Atomic<Int32>(-1)
    static let writer = Atomic<Int32>(-1)
    static let pending = Atomic<UInt64>(0)

    static func open() {
      if reader.load(ordering: .relaxed) >= 0 { return }
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { return }
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
      }
      writer.store(ends[1], ordering: .relaxed)
      reader.store(ends[0], ordering: .relaxed)
    }
  }
}
