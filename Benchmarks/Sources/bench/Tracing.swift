// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// What a trace costs: of page faults, and of every instruction.
func tracing(
  kemu: String, driver: String, guests: String, rounds: Int
) throws(BenchError) -> Section {
  let bench = TraceBench(kemu: kemu, driver: driver, guests: guests, rounds: rounds)
  defer { unlink(TraceBench.file) }
  let faults = 200_000
  let loops = 300_000
  let memory = try bench.inMemory("faults", faults, "deliveries")
  let json = try bench.toFile("faults", faults, ["--trace", "faults", "--format", "json"])
  let text = try bench.toFile("faults", faults, ["--trace", "faults"])
  let kept = try bench.inMemory("load-store", loops * 4, "visits")
  let keptCalls = try bench.inMemory("call-return", loops, "visits")
  let lines = try bench.toFile("call-return", loops, ["--trace", "instructions"])
  let lineObjects = try bench.toFile(
    "call-return", loops, ["--trace", "instructions", "--format", "json"])
  let calls = try bench.toFile("call-return", loops, ["--trace", "calls"])
  let qemu = try bench.qemu("call-return", loops / 10)
  let off = try bench.switchedOff("load-store", 180_000_000)

  let perFault = memory.seconds / Double(faults) * 1e6
  func faultRow(_ name: String, _ seconds: Double) -> [String] {
    let each = seconds / Double(faults)
    return [name, fixed(each * 1e6, 2) + " µs", fixed(1 / each / 1000, 0) + " thousand", ""]
  }
  func row(_ name: String, _ cost: TraceCost, of other: TraceCost? = nil) -> [String] {
    let each = cost.seconds / Double(cost.instructions)
    let ratio = other.map { fixed(cost.rate / $0.rate, 1) } ?? ""
    return [name, fixed(each * 1e9, 0) + " ns", fixed(cost.rate / 1e6, 1) + " million", ratio]
  }
  return Section(
    title: "What a trace costs, the run included (\(rounds) runs)",
    head: ["", "each", "a second", "speed, of QEMU's"],
    rows: [
      faultRow("page faults, in memory", memory.seconds),
      faultRow("page faults, as JSON to a file", json.seconds),
      faultRow("page faults, as text to a file", text.seconds),
      row("instructions of a load/store loop, in memory", kept),
      row("instructions of calls and returns, in memory", keptCalls, of: qemu),
      row("the same, as text to a file", lines, of: qemu),
      row("the same, as JSON to a file", lineObjects, of: qemu),
      row("the same, as a tree of calls to a file", calls, of: qemu),
      row("QEMU -singlestep -d exec,nochain to a file", qemu, of: qemu),
    ],
    goals: [
      Goal("a fault in memory: at most 2 µs", perFault <= 2),
      Goal(
        "faults as JSON: at least 100 thousand a second", Double(faults) / json.seconds >= 100_000),
      Goal(
        "instructions in memory: at least 10 million a second",
        min(kept.rate, keptCalls.rate) >= 10e6),
      Goal("instructions as text: at least 3 million a second", lines.rate >= 3e6),
      Goal(
        "off costs nothing: \(fixed((off - 1) * 100, 1)) % with --trace none, at most 2",
        off <= 1.02),
    ])
}

/// Seconds for so many instructions.
struct TraceCost {
  let seconds: Double
  let instructions: Int

  var rate: Double { Double(instructions) / seconds }
}

/// Runs guests with traces, each beside the run with 0 iterations, which is subtracted.
struct TraceBench {
  let kemu: String
  let driver: String
  let guests: String
  let rounds: Int

  /// Where traces go.
  static let file = "/tmp/kemu-bench-trace"

  private func guest(_ name: String) -> String { "\(guests)/\(name).elf" }

  /// The driver's run, which says itself how long it took.
  func inMemory(_ name: String, _ count: Int, _ watched: String) throws(BenchError) -> TraceCost {
    var seconds: [Double] = []
    var instructions = 0
    for _ in 0..<rounds {
      let none = try numbers(of: [driver, guest(name), "0", watched])
      let full = try numbers(of: [driver, guest(name), String(count), watched])
      guard full[2] > none[2] else { throw .screen("\(driver): nothing is in memory") }
      seconds.append(full[0] - none[0])
      instructions = Int(full[1] - none[1])
    }
    return TraceCost(seconds: median(seconds), instructions: instructions)
  }

  private func numbers(of command: [String]) throws(BenchError) -> [Double] {
    let lines = try output(of: command)
    let numbers = lines.first?.split(separator: " ").compactMap { Double($0) } ?? []
    guard numbers.count == 3 else { throw .screen("\(command[0]) printed \(lines)") }
    return numbers
  }

  /// How many instructions the guest executes for so many iterations.
  private func instructions(_ name: String, _ count: Int) throws(BenchError) -> Int {
    let none = try numbers(of: [driver, guest(name), "0", "none"])
    let full = try numbers(of: [driver, guest(name), String(count), "none"])
    return Int(full[1] - none[1])
  }

  /// `kemu run` with a trace to a file.
  func toFile(_ name: String, _ count: Int, _ options: [String]) throws(BenchError) -> TraceCost {
    let instructions = try instructions(name, count)
    let seconds = try difference(name, count) { iterations in
      [kemu, "run", "--headless", "--idle", "0", guest(name), "--append", String(iterations)]
        + options + ["--trace-file", Self.file]
    }
    return TraceCost(seconds: seconds, instructions: instructions)
  }

  /// QEMU with a line for each instruction.
  func qemu(_ name: String, _ count: Int) throws(BenchError) -> TraceCost {
    let instructions = try instructions(name, count)
    let traced = Contender.qemu(
      "traced",
      ["-accel", "tcg,thread=single", "-singlestep", "-d", "exec,nochain", "-D", Self.file])
    let seconds = try difference(name, count) { traced.command(guest(name), $0) }
    return TraceCost(seconds: seconds, instructions: instructions)
  }

  /// How much longer a run takes with `--trace none` than without: 1 for no longer.
  func switchedOff(_ name: String, _ count: Int) throws(BenchError) -> Double {
    let command = Contender.kemu(kemu).command(guest(name), count)
    var plain: [Double] = []
    var off: [Double] = []
    for _ in 0..<max(rounds, 5) {
      plain.append(try run(command, expecting: guestExit).seconds)
      off.append(try run(command + ["--trace", "none"], expecting: guestExit).seconds)
    }
    return median(off) / median(plain)
  }

  private func difference(
    _ name: String, _ count: Int, _ command: (Int) -> [String]
  ) throws(BenchError) -> Double {
    var seconds: [Double] = []
    for _ in 0..<rounds {
      let none = try run(command(0), expecting: guestExit).seconds
      seconds.append(try run(command(count), expecting: guestExit).seconds - none)
    }
    return median(seconds)
  }
}
