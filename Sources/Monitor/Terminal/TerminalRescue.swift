// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc
import Synchronization

/// What is left to do when the process ends in a way that no Swift code sees: the terminal is put
/// back first, whatever the signal.
///
/// All that runs inside a signal handler is in this file and in `SignalWatch`. It calls only what
/// POSIX lists as async-signal-safe (XSH §2.4.3 "Signal Actions"), allocates nothing and takes no
/// lock.
enum TerminalRescue {
  /// Everything a handler needs, written before `isArmed` is set and not changed while it is.
  private struct Plan {
    var input: Int32 = -1
    var output: Int32 = -1
    var settings = termios()
    /// Standard error as it was, and the pipe that it goes to meanwhile; -1 if it was left alone.
    var realError: Int32 = -1
    var heldError: Int32 = -1
    var previous: [(signal: Int32, action: sigaction)] = []
  }

  // SAFETY: written by the thread that owns the terminal while `isArmed` is false; read by a handler
  // only after it has taken `isArmed` away.
  nonisolated(unsafe) private static let plan = {
    let plan = UnsafeMutablePointer<Plan>.allocate(capacity: 1)
    plan.initialize(to: Plan())
    return plan
  }()

  // SAFETY: filled once and never changed.
  nonisolated(unsafe) private static let sequence = {
    let bytes = Array(ANSI.leave.utf8)
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    _ = copy.initialize(from: bytes)
    return UnsafeRawBufferPointer(copy)
  }()

  // SAFETY: filled once and never changed.
  nonisolated(unsafe) private static let apology = {
    let text =
      "kemu: internal error: kemu itself crashed; please report this with the command line\n"
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
    _ = copy.initialize(from: text.utf8)
    return UnsafeRawBufferPointer(copy)
  }()

  private static let isArmed = Atomic(false)

  /// The signals of a program error. They kill the process, but the terminal first.
  private static let crashes = [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS]

  /// Remembers how the terminal was, and watches for crashes until `restoreNow()`.
  static func arm(input: Int32, output: Int32, settings: termios) {
    _ = sequence
    _ = apology
    plan.pointee = Plan(input: input, output: output, settings: settings)
    holdStandardError()
    isArmed.store(true, ordering: .releasing)
    useOwnStack()
    plan.pointee.previous = (crashes + [SIGPIPE]).map { signal in
      var action = sigaction()
      action.sa_flags = SA_ONSTACK | SA_NODEFER
      action.__sigaction_handler.sa_handler = crashHandler
      var previous = sigaction()
      sigaction(signal, &action, &previous)
      return (signal, previous)
    }
  }

  /// Puts the terminal back, and the signals' actions too.
  static func restoreNow() {
    restoreTerminal()
    for (signal, action) in plan.pointee.previous {
      var action = action
      sigaction(signal, &action, nil)
    }
    plan.pointee.previous = []
  }

  /// Puts the terminal back once; async-signal-safe.
  static func restoreTerminal() {
    guard isArmed.exchange(false, ordering: .acquiringAndReleasing) else { return }
    _ = write(plan.pointee.output, sequence.baseAddress, sequence.count)
    tcsetattr(plan.pointee.input, TCSANOW, &plan.pointee.settings)
    releaseStandardError()
  }

  /// Keeps what is written to standard error off the screen: the last words of the Swift runtime
  /// above all, which would be lost with the alternate screen.
  private static func holdStandardError() {
    guard isatty(STDERR_FILENO) == 1 else { return }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      // What goes beyond the pipe's 64 KiB is dropped rather than waited for.
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    plan.pointee.realError = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    plan.pointee.heldError = ends[0]
    dup2(ends[1], STDERR_FILENO)
    close(ends[1])
  }

  /// Writes what was held back to where it belongs; async-signal-safe.
  private static func releaseStandardError() {
    let (real, held) = (plan.pointee.realError, plan.pointee.heldError)
    guard held >= 0 else { return }
    dup2(real, STDERR_FILENO)
    var chunk: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    while true {
      let count = withUnsafeMutableBytes(of: &chunk) { read(held, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      _ = withUnsafeBytes(of: &chunk) { write(STDERR_FILENO, $0.baseAddress, count) }
    }
    close(held)
    close(real)
    plan.pointee.heldError = -1
  }

  /// Ends the process by `signal` as if nobody had caught it, the terminal put back;
  /// async-signal-safe.
  static func die(by signal: Int32) {
    restoreTerminal()
    var action = sigaction()
    action.__sigaction_handler.sa_handler = SIG_DFL
    sigaction(signal, &action, nil)
    var only = sigset_t()
    sigemptyset(&only)
    sigaddset(&only, signal)
    // Not sigprocmask: in a process of more threads than one its effect is unspecified.
    pthread_sigmask(SIG_UNBLOCK, &only, nil)
    raise(signal)
  }

  private static let crashHandler: @convention(c) (Int32) -> Void = { signal in
    TerminalRescue.restoreTerminal()
    if signal != SIGPIPE {
      _ = write(STDERR_FILENO, TerminalRescue.apology.baseAddress, TerminalRescue.apology.count)
    }
    TerminalRescue.die(by: signal)
  }

  /// A stack overflow leaves no room for its handler, so handlers get a stack of their own.
  private static func useOwnStack() {
    let size = 64 * 1024
    // SAFETY: the kernel writes there while a handler runs; never freed, allocated at most once.
    var stack = stack_t()
    sigaltstack(nil, &stack)
    guard stack.ss_flags & Int32(SS_DISABLE) != 0 else { return }
    stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    stack.ss_size = size
    stack.ss_flags = 0
    sigaltstack(&stack, nil)
  }
}
