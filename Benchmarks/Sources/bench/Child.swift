// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// A process that the bench starts and measures.
struct Child: ~Copyable {
  let pid: pid_t
  private let started: Duration

  /// Starts `command`, looked for in PATH, with the given standard streams (nil: `/dev/null`).
  ///
  /// With `terminal`, the path of a pseudo-terminal's other end, the child leads a session of its
  /// own with that terminal as its controlling one.
  init(
    _ command: [String], input: CInt? = nil, output: CInt? = nil, terminal: String? = nil
  ) throws(BenchError) {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    if let terminal {
      posix_spawnattr_setflags(&attributes, 0x80)  // POSIX_SPAWN_SETSID, a GNU extension
      // The first terminal that a session leader opens becomes its controlling terminal.
      posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    } else {
      for (stream, descriptor) in [(CInt(0), input), (1, output), (2, nil)] {
        if let descriptor {
          posix_spawn_file_actions_adddup2(&actions, descriptor, stream)
        } else {
          posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
        }
      }
    }

    var arguments = command.map { strdup($0) }
    arguments.append(nil)
    defer { arguments.forEach { free($0) } }
    var pid: pid_t = 0
    started = now()
    let status = posix_spawnp(&pid, command[0], &actions, &attributes, arguments, environ)
    guard status == 0 else { throw .start(command: command[0], error: status) }
    self.pid = pid
  }

  /// Waits for the end: how long it took since the start, the exit status, the largest resident set.
  consuming func wait() -> Run {
    var status: CInt = 0
    var usage = rusage()
    while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
    let exited = status & 0x7F == 0
    return Run(
      seconds: (now() - started).seconds,
      status: exited ? (status >> 8) & 0xFF : 128 + (status & 0x7F),
      residentKiB: usage.ru_maxrss)
  }

  /// Seconds of processor time that all threads have used so far.
  func processorSeconds() -> Double? {
    var clock = clockid_t()
    var time = timespec()
    guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else {
      return nil
    }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  func signal(_ number: CInt) {
    kill(pid, number)
  }
}

/// What is known of a process after its end.
struct Run {
  let seconds: Double
  let status: CInt
  let residentKiB: Int
}

/// Why a measurement could not be made.
enum BenchError: Error, CustomStringConvertible {
  case usage(String)
  case start(command: String, error: CInt)
  case status(command: [String], expected: CInt, found: CInt)
  case screen(String)
  case terminal(String)
  case counts(String)

  var description: String {
    switch self {
    case .usage(let text): text
    case .start(let command, let error):
      "\(command) cannot be started: \(String(cString: strerror(error)))"
    case .status(let command, let expected, let found):
      "ended with status \(found) instead of \(expected): \(command.joined(separator: " "))"
    case .screen(let text): text
    case .terminal(let text): text
    case .counts(let text): text
    }
  }
}

/// The monotonic clock.
func now() -> Duration {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}

/// Runs `command` to its end, which must come with `status`.
func run(_ command: [String], expecting status: CInt) throws(BenchError) -> Run {
  let result = try Child(command).wait()
  guard result.status == status else {
    throw .status(command: command, expected: status, found: result.status)
  }
  return result
}
