// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// A pseudo-terminal with a `VirtualTerminal` on one side and a program, or this process, on the
/// other.
final class PseudoTerminal {
  private let master: Int32
  /// The side of the program.
  let slave: Int32
  /// The name of the program's side.
  let path: String
  private(set) var view: VirtualTerminal
  /// All bytes that came.
  private(set) var received: [UInt8] = []

  init(rows: Int, columns: Int) throws {
    // The ioctls behind unlockpt and ptsname, which the Glibc module leaves out: TIOCSPTLCK and
    // TIOCGPTN (ioctl_tty(2)).
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var lock: Int32 = 0
    var number: Int32 = -1
    guard ioctl(master, 0x4004_5431, &lock) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
      throw Spawn.Failure(what: "there is no pseudo-terminal")
    }
    path = "/dev/pts/\(number)"
    slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard slave >= 0 else { throw Spawn.Failure(what: "\(path) cannot be opened") }
    view = VirtualTerminal(rows: rows, columns: columns)
    setSize(rows: rows, columns: columns)
  }

  deinit {
    close(slave)
    close(master)
  }

  /// Changes the size, as a window manager would; the view starts afresh.
  func setSize(rows: Int, columns: Int) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    if view.rows != rows || view.columns != columns {
      view = VirtualTerminal(rows: rows, columns: columns)
    }
  }

  /// The terminal's settings, byte by byte, to be compared.
  var settings: [UInt8] {
    var settings = termios()
    tcgetattr(slave, &settings)
    return withUnsafeBytes(of: &settings) { Array($0) }
  }

  /// Shows `text` as if a program had written it.
  func show(_ text: String) { view.write(text) }

  /// Types `text`.
  func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(master, bytes, bytes.count)
  }

  /// Shows what comes until `condition` holds; false if it does not within `seconds`.
  @discardableResult
  func wait(
    seconds: Double = 20, until condition: (VirtualTerminal) -> Bool
  ) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while !condition(view) {
      guard ContinuousClock.now < end else { return false }
      var ready = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 20) > 0 else { continue }
      var bytes = [UInt8](repeating: 0, count: 65_536)
      let count = Glibc.read(master, &bytes, bytes.count)
      guard count > 0 else { continue }
      received += bytes.prefix(count)
      view.write(Array(bytes.prefix(count)))
    }
    return true
  }

  /// Starts a program with this as its controlling terminal; returns its process number.
  func spawn(_ path: String, _ arguments: [String], environment: [String]) throws -> pid_t {
    try Spawn.start(path, arguments, environment: environment, isSessionLeader: true) { actions in
      // The first terminal that the leader of a new session opens becomes its controlling one.
      posix_spawn_file_actions_addopen(&actions, 0, self.path, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    }
  }

  /// Waits for a process to end, showing what it writes; returns what waitpid says.
  func waitForEnd(of process: pid_t, seconds: Double = 20) -> Int32? {
    var status: Int32 = 0
    let ended = wait(seconds: seconds) { _ in waitpid(process, &status, WNOHANG) == process }
    if !ended {
      kill(process, SIGKILL)
      waitpid(process, &status, 0)
      return nil
    }
    // What it wrote last may still be on its way.
    wait(seconds: 0.05) { _ in false }
    return status
  }
}
