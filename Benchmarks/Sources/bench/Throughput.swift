// SPDX-License-Identifier: GPL-2.0-or-later

/// A long-running guest and its number of iterations: one to two seconds on QEMU.
struct Work {
  let name: String
  let guest: String
  let iterations: Int

  // swift-format-ignore
  static let all = [
    Work(name: "register loop",     guest: "registers",    iterations: 800_000_000),
    Work(name: "load/store loop",   guest: "load-store",   iterations: 180_000_000),
    Work(name: "call and return",   guest: "call-return",  iterations:  30_000_000),
    Work(name: "string moves",      guest: "string-moves", iterations:     500_000),
    Work(name: "page-table churn",  guest: "page-churn",   iterations:      45_000),
  ]
}

/// Seconds of work alone: each run has the run with 0 iterations beside it taken off. With `ticking`, the
/// timer interrupts 1000 times a second meanwhile.
///
/// The goals are about the medians, with others on the machine (`Company`). Which speeds the programs can reach, the
/// fastest runs tell.
func throughput(
  kemu: Contender, guests: String, rounds: Int, ticking: Bool = false
) throws(BenchError) -> Section {
  let options = ticking ? "@ " : ""
  let contenders = [kemu, .tcg, .icount]
  var rows: [[String]] = []
  // Of TCG and icount, by the medians and then by the fastest runs.
  var ratios: [[Double]] = [[], [], [], []]
  let company = try Company()
  for work in Work.all {
    let guest = "\(guests)/\(work.guest).elf"
    var seconds = contenders.map { _ in [Double]() }
    for _ in 0..<rounds {
      for (index, contender) in contenders.enumerated() {
        let none = try run(contender.command(guest, 0, options), expecting: guestExit)
        let full = try run(contender.command(guest, work.iterations, options), expecting: guestExit)
        seconds[index].append(full.seconds - none.seconds)
      }
    }
    let medians = seconds.map(median)
    let fastest = seconds.map { $0.min() ?? 0 }
    let speeds = [medians, fastest].flatMap { [$0[1] / $0[0], $0[2] / $0[0]] }
    for column in ratios.indices { ratios[column].append(speeds[column]) }
    rows.append(
      [work.name] + medians.map { fixed($0, 2) + " s" } + speeds.map { fixed($0, 2) })
  }
  company.leave()
  let means = ratios.map(geometricMean)
  rows.append(["geometric mean", "", "", ""] + means.map { fixed($0, 2) })
  return Section(
    title: ticking
      ? "The same with a timer of 1 kHz, its handler included (\(rounds) runs)"
      : "Long-running guests, start-up subtracted; kemu counts exactly (\(rounds) runs)",
    head: [
      "", "kemu", "QEMU TCG", "QEMU icount", "speed, of TCG", "of icount", "at best, of TCG",
      "of icount",
    ],
    rows: rows,
    goals: [
      Goal("of TCG: mean at least 1.0", means[0] >= 1),
      Goal("of TCG: none below 0.8", ratios[0].allSatisfy { $0 >= 0.8 }),
      Goal("of icount: mean at least 1.5", means[1] >= 1.5),
      Goal("of icount: none below 1.0", ratios[1].allSatisfy { $0 >= 1 }),
    ])
}
