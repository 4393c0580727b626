// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// What the kernel's small operations cost in instructions, its way to the prompt and its size, beside
/// the same numbers of the version before: `baseline`, which `--record` writes anew.
///
/// All but the time are counts, and the same in every run on every computer; one that has moved has
/// moved because of a change.
func kernelCounts(kemu: String, rounds: Int, recording: Bool) throws(BenchError) -> Section {
  let counts = try count(kemu: kemu)
  let before = baseline()
  if recording { try record(counts) }

  var seconds: [Double] = []
  for _ in 0..<rounds { seconds.append(try run(prompt(kemu), expecting: 0).seconds) }
  let rows = counts.map { name, count in
    guard let old = before[name] else { return [name, "\(count)", "", ""] }
    let change = (Double(count) / Double(max(old, 1)) - 1) * 100
    return [
      name, "\(count)", "\(old)",
      count == old ? "same" : (change > 0 ? "+" : "") + fixed(change, 1) + " %",
    ]
  }
  let worse = counts.filter { name, count in before[name].map { count * 100 > $0 * 105 } ?? false }
  let values = Dictionary(uniqueKeysWithValues: counts)
  return Section(
    title: "The kernel, in guest instructions (its demo=measure, and kemu's own count)",
    head: ["", "now", "before", "change"],
    rows: rows + [["to the prompt, whole process", milliseconds(median(seconds)), "", ""]],
    goals: [
      Goal(
        "nothing costs 5 % more than before"
          + (worse.isEmpty ? "" : ": \(worse.map(\.name).joined(separator: ", "))"), worse.isEmpty),
      Goal(
        "under 30 million instructions to the prompt",
        values[promptRow, default: .max] < 30_000_000),
      Goal("under 60 ms to the prompt", median(seconds) < 0.06),
      Goal("kernel.elf under 400 KB with its symbols", values[sizeRow, default: .max] < 400_000),
    ])
}

private let kernel = "images/kernel.elf"
private let baselineFile = "Benchmarks/kernel-counts.txt"
private let promptRow = "to the prompt, 128 MiB"
private let sizeRow = "kernel.elf, bytes"

private typealias Counts = [(name: String, count: Int)]

private func count(kemu: String) throws(BenchError) -> Counts {
  var counts: Counts = []
  for heap in ["blocks", "list", "bump"] {
    let lines = try output(
      of: [kemu, "run", "--headless", kernel, "--append", "demo=measure heap=\(heap)"])
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2, let count = Int(words[0]) else { continue }
      let name = words[1].drop { $0 == " " }
      // Only blocks depend on who allocates them.
      if name.hasSuffix(" a block") {
        counts.append(("\(name), heap=\(heap)", count))
      } else if heap == "blocks" {
        counts.append((String(name), count))
      }
    }
  }
  counts.append(("a timer interrupt, up to its IRET", try timerInterrupt(kemu: kemu)))
  counts.append((promptRow, try instructionsToPrompt(kemu: kemu)))
  var file = stat()
  guard stat(kernel, &file) == 0 else { throw .counts("there is no \(kernel)") }
  counts.append((sizeRow, Int(file.st_size)))
  guard counts.count >= 10 else { throw .counts("demo=measure says too little") }
  return counts
}

/// The instructions of the timer's handler, from the first delivery of IRQ 0 to its IRET, inclusive.
private func timerInterrupt(kemu: String) throws(BenchError) -> Int {
  let lines = try output(of: [
    kemu, "trace", "--format", "json", "--trace", "interrupts", kernel, "--append", "demo=timer",
  ])
  guard let start = lines.firstIndex(where: { $0.contains(#""irq":0,"#) }),
    let end = lines[start...].firstIndex(where: { $0.contains(#""title":"IRET""#) }),
    let first = number(behind: #""instructions":"#, in: lines[start]),
    let last = number(behind: #""instructions":"#, in: lines[end])
  else { throw .counts("the trace of demo=timer has no interrupt") }
  return last - first + 1
}

private func prompt(_ kemu: String) -> [String] {
  [kemu, "run", "--headless", kernel, "--append", "shell", "--until", "> "]
}

/// Of the sentence at the end: `… after 493_497 instructions`.
private func instructionsToPrompt(kemu: String) throws(BenchError) -> Int {
  // The sentence goes to standard error.
  let command = prompt(kemu).map { "'\($0)'" }.joined(separator: " ") + " 2>&1"
  let last = try output(of: ["/bin/sh", "-c", command]).last { $0.contains(" instructions") } ?? ""
  guard let count = number(behind: " after ", in: last) else {
    throw .counts("the shell's prompt did not come: \(last)")
  }
  return count
}

/// The decimal number behind `mark`.
private func number(behind mark: String, in line: String) -> Int? {
  guard let place = Array(line.utf8).end(of: Array(mark.utf8)) else { return nil }
  let digits = line.utf8.dropFirst(place).prefix { $0 == 0x5F || 0x30...0x39 ~= $0 }
  return Int(String(decoding: digits.filter { $0 != 0x5F }, as: UTF8.self))
}

extension [UInt8] {
  /// The index behind the first place where `bytes` are.
  fileprivate func end(of bytes: [UInt8]) -> Int? {
    indices.first { self[$0...].starts(with: bytes) }.map { $0 + bytes.count }
  }
}

/// The counts of the version before, by name; each line of the file is a count and a name.
private func baseline() -> [String: Int] {
  guard let file = fopen(baselineFile, "r") else { return [:] }
  defer { fclose(file) }
  var counts: [String: Int] = [:]
  var buffer = [CChar](repeating: 0, count: 256)
  while fgets(&buffer, CInt(buffer.count), file) != nil {
    let line = String(
      decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let words = line.split(separator: " ", maxSplits: 1)
    if words.count == 2, let count = Int(words[0]) { counts[String(words[1])] = count }
  }
  return counts
}

private func record(_ counts: Counts) throws(BenchError) {
  let text = counts.map { "\($0.count) \($0.name)\n" }.joined()
  guard let file = fopen(baselineFile, "w") else {
    throw .counts("\(baselineFile) cannot be written")
  }
  fputs(text, file)
  fclose(file)
}
