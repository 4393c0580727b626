// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// Machines that boot and end by a triple fault, one after another in one process.
func manyMachines(driver: String, guests: String) throws(BenchError) -> Section {
  let count = 10_000
  let command = [driver, "\(guests)/triple-fault.elf", String(count)]
  let lines = try output(of: command)
  let numbers = lines.compactMap { line -> (seconds: Double, residentKiB: Double)? in
    let words = line.split(separator: " ").compactMap { Double($0) }
    return words.count == 2 ? (words[0], words[1]) : nil
  }
  guard numbers.count == 10, let first = numbers.first, let last = numbers.last else {
    throw .screen("\(driver) printed \(lines)")
  }
  let part = Double(count / 10)
  let all = numbers.map(\.seconds).reduce(0, +)
  func row(_ name: String, _ n: Double, _ seconds: Double, _ resident: Double) -> [String] {
    [
      name, fixed(n / seconds, 0), fixed(seconds / n * 1000, 2) + " ms",
      fixed(resident / 1024, 1) + " MB",
    ]
  }
  return Section(
    title: "\(count) machines in one process, each boots, faults and shuts down",
    head: ["", "a second", "each", "resident set"],
    rows: [
      row("the first \(count / 10)", part, first.seconds, first.residentKiB),
      row("the last \(count / 10)", part, last.seconds, last.residentKiB),
      row("all", Double(count), all, last.residentKiB),
    ],
    goals: [
      Goal("at least 500 a second", Double(count) / all >= 500),
      Goal(
        "no leak: the resident set grows by less than 1 MB",
        last.residentKiB - first.residentKiB < 1024),
      Goal("no slowdown: the last at most a tenth slower", last.seconds <= 1.1 * first.seconds),
    ])
}

/// What a command prints, by lines.
func output(of command: [String]) throws(BenchError) -> [String] {
  var ends: [CInt] = [0, 0]
  guard pipe(&ends) == 0 else { throw .screen("no pipe") }
  for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  let child = try Child(command, output: ends[1])
  close(ends[1])
  defer { close(ends[0]) }
  var text: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while case let count = read(ends[0], &buffer, buffer.count), count > 0 {
    text += buffer[..<count]
  }
  let status = child.wait().status
  guard status == 0 else { throw .status(command: command, expected: 0, found: status) }
  return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
}
