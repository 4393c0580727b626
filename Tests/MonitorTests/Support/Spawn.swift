// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// Starts programs as a shell would; for tests, and for the pictures in the documents.
enum Spawn {
  /// Starts a program with `actions` on its descriptors; returns its process number.
  ///
  /// - Parameter isSessionLeader: Whether it gets a session, and with the first terminal that it
  ///   opens a controlling terminal, of its own.
  static func start(
    _ path: String, _ arguments: [String], environment: [String], isSessionLeader: Bool = false,
    actions prepare: (inout posix_spawn_file_actions_t) -> Void
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    prepare(&actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The threads that tests run in block most signals, and a program would inherit that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // POSIX_SPAWN_SETSIGMASK, and POSIX_SPAWN_SETSID, which the Glibc module leaves out (spawn.h).
    posix_spawnattr_setflags(&attributes, 0x08 | (isSessionLeader ? 0x80 : 0))
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup($0) } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var process: pid_t = 0
    guard posix_spawn(&process, path, &actions, &attributes, &argv, &envp) == 0 else {
      throw Failure(what: "\(path) cannot be started")
    }
    return process
  }

  /// What the system refuses.
  struct Failure: Error {
    let what: String
  }
}
