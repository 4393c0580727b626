// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// The largest resident set with 128 MiB of guest memory, and what waiting in `hlt` costs.
func footprint(kemu: String, guests: String) throws(BenchError) -> Section {
  let hello = guests + "/hello.elf"
  let mine = try run(Contender.kemu(kemu).command(hello, 0), expecting: guestExit)
  let other = try run(Contender.tcg.command(hello, 0), expecting: guestExit)
  let share = try processorShare(of: [kemu, "run", guests + "/wait.elf"], seconds: 5)
  let (mineMB, otherMB) = (Double(mine.residentKiB) * 1024e-6, Double(other.residentKiB) * 1024e-6)
  return Section(
    title: "Footprint",
    head: ["", "kemu", "QEMU TCG"],
    rows: [
      ["largest resident set, 128 MiB guest", fixed(mineMB, 1) + " MB", fixed(otherMB, 1) + " MB"],
      ["a guest in `sti; hlt`, live screen", fixed(share * 100, 2) + " % of a core", ""],
    ],
    goals: [
      Goal("resident set under 30 MB", mineMB < 30),
      Goal("waiting takes under 2 % of a core", share < 0.02),
    ])
}

/// The share of a core that `command` uses on a pseudo-terminal of 100x30, once it is up.
private func processorShare(of command: [String], seconds: Double) throws(BenchError) -> Double {
  // ioctl_tty(2): unlock the other end (TIOCSPTLCK), ask for its number (TIOCGPTN).
  var unlocked: CInt = 0
  var number: CUnsignedInt = 0
  let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
  guard terminal >= 0, ioctl(terminal, 0x4004_5431, &unlocked) == 0,
    ioctl(terminal, 0x8004_5430, &number) == 0
  else { throw .terminal("no pseudo-terminal: \(String(cString: strerror(errno)))") }
  defer { close(terminal) }
  var size = winsize(ws_row: 30, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0)
  _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)

  let child = try Child(command, terminal: "/dev/pts/\(number)")
  let shown = drain(terminal, seconds: 1)
  let before = child.processorSeconds()
  drain(terminal, seconds: seconds)
  let after = child.processorSeconds()
  child.signal(SIGTERM)
  drain(terminal, seconds: 0.2)
  child.signal(SIGKILL)
  let end = child.wait()
  guard shown > 0, let before, let after else {
    throw .terminal(
      "\(command.joined(separator: " ")) did not stay in the terminal (\(end.status))")
  }
  return (after - before) / seconds
}

/// Reads what the terminal is sent, as a terminal does, and returns how many bytes that were.
@discardableResult
private func drain(_ terminal: CInt, seconds: Double) -> Int {
  let end = now() + .seconds(seconds)
  var buffer = [UInt8](repeating: 0, count: 65536)
  var total = 0
  while true {
    let left = (end - now()).seconds
    guard left > 0 else { return total }
    var ready = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, CInt(left * 1000) + 1) > 0 else { continue }
    let count = read(terminal, &buffer, buffer.count)
    guard count > 0 else {  // the other end is closed: nothing more will come
      usleep(useconds_t(max(0, (end - now()).seconds) * 1e6))
      return total
    }
    total += count
  }
}
