// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// Compares kemu with QEMU in one run and prints Markdown; see `usage`.
@main
enum Bench {
  static let usage = """
    usage: bench KEMU MACHINES TRACING [PART ...] [--rounds N] [--until TEXT] [--record]
    PART: startup, boot, kernel, throughput, ticking, events, tracing, machines, footprint;
    all of them without one.
    --record keeps the counts of `kernel` as those that the next run is compared with.
    Run it from the root of the checkout, after `make images iso` and `make -C Benchmarks/guests`.
    """

  static func main() {
    do throws(BenchError) {
      try measure(Array(CommandLine.arguments.dropFirst()))
    } catch {
      let message = Array("bench: \(error)\n".utf8)
      _ = write(2, message, message.count)
      exit(1)
    }
  }

  static func measure(_ arguments: [String]) throws(BenchError) {
    var words: [String] = []
    var rounds: Int?
    var recording = false
    var text = "Hello World!"
    var rest = arguments[...]
    while let word = rest.popFirst() {
      switch word {
      case "--rounds":
        guard let count = rest.popFirst().flatMap({ Int($0) }), count > 0 else {
          throw .usage(usage)
        }
        rounds = count
      case "--record": recording = true
      case "--until":
        guard let value = rest.popFirst() else { throw .usage(usage) }
        text = value
      default: words.append(word)
      }
    }
    guard words.count >= 3 else { throw .usage(usage) }
    let (kemu, machines, tracer) = (words[0], words[1], words[2])
    let parts = words.count > 3 ? Array(words.dropFirst(3)) : all
    guard parts.allSatisfy(all.contains) else { throw .usage(usage) }

    print(host())
    let guests = "Benchmarks/guests/build"
    for part in parts {
      let section =
        switch part {
        case "startup":
          try startup([.kemu(kemu), .tcg, .bare], guests: guests, rounds: rounds ?? 25)
        case "boot":
          try boot(
            kemu: kemu, kernel: "images/kernel.elf", iso: "images/kernel.iso", until: text,
            rounds: rounds ?? 7)
        case "kernel":
          try kernelCounts(kemu: kemu, rounds: rounds ?? 7, recording: recording)
        case "throughput":
          try throughput(kemu: .kemu(kemu), guests: guests, rounds: rounds ?? 5)
        case "ticking":
          try throughput(kemu: .kemu(kemu), guests: guests, rounds: rounds ?? 5, ticking: true)
        case "events":
          try roundTrips(kemu: .kemu(kemu), guests: guests, rounds: rounds ?? 5)
        case "tracing":
          try tracing(kemu: kemu, driver: tracer, guests: guests, rounds: rounds ?? 3)
        case "machines": try manyMachines(driver: machines, guests: guests)
        default: try footprint(kemu: kemu, guests: guests)
        }
      print("\n" + section.markdown)
      fflush(nil)
    }
  }

  private static let all = [
    "startup", "boot", "kernel", "throughput", "ticking", "events", "tracing", "machines",
    "footprint",
  ]
}
