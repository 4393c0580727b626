// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// Boots `iso` on QEMU and returns the seconds from the start of the process until `text` stands in
/// the VGA text memory, which is read through QEMU's own protocol every 5 ms.
func secondsUntilScreen(iso: String, shows text: String) throws(BenchError) -> Double {
  let dump = "/tmp/kemu-bench-\(getpid()).vga"
  defer { unlink(dump) }
  var toQemu: [CInt] = [0, 0]
  var fromQemu: [CInt] = [0, 0]
  guard pipe(&toQemu) == 0, pipe(&fromQemu) == 0 else {
    throw .screen("no pipe to QEMU")
  }
  let command = toQemu[1]
  let answer = fromQemu[0]
  for end in toQemu + fromQemu { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  defer {
    close(command)
    close(answer)
  }

  let started = now()
  let child = try Child(
    [
      "qemu-system-x86_64", "-cdrom", iso, "-m", "128", "-display", "none", "-no-reboot",
      "-accel", "tcg,thread=single", "-qmp", "stdio",
    ], input: toQemu[0], output: fromQemu[1])
  close(toQemu[0])
  close(fromQemu[1])

  var seconds: Double?
  if send(#"{"execute":"qmp_capabilities"}"#, to: command, answer: answer) {
    let save =
      #"{"execute":"pmemsave","arguments":{"val":753664,"size":4000,"filename":"\#(dump)"}}"#
    while seconds == nil, (now() - started).seconds < 60 {
      guard send(save, to: command, answer: answer) else { break }
      if characters(of: dump).contains(Array(text.utf8)) { seconds = (now() - started).seconds }
      usleep(5000)
    }
  }
  child.signal(SIGKILL)
  _ = child.wait()
  guard let seconds else { throw .screen("QEMU with \(iso) did not show “\(text)” within 60 s") }
  return seconds
}

/// Sends one QMP command and reads until its `return`; false when QEMU is gone.
private func send(_ line: String, to command: CInt, answer: CInt) -> Bool {
  let bytes = Array((line + "\n").utf8)
  guard write(command, bytes, bytes.count) == bytes.count else { return false }
  var received: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while !received.contains(Array(#""return""#.utf8)) {
    let count = read(answer, &buffer, buffer.count)
    guard count > 0 else { return false }
    received += buffer[..<count]
  }
  return true
}

/// The characters of an 80x25 dump: every other byte, without the attributes.
private func characters(of dump: String) -> [UInt8] {
  let file = open(dump, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return [] }
  defer { close(file) }
  var cells = [UInt8](repeating: 0, count: 4000)
  let count = max(0, read(file, &cells, cells.count))
  return stride(from: 0, to: count, by: 2).map { cells[$0] }
}
