// SPDX-License-Identifier: GPL-2.0-or-later

/// Nanoseconds of the host for an event of the guest's, from two runs that differ in so many of it.
struct RoundTrip {
  let name: String
  let guest: String
  /// The guest of the run that is subtracted; with nil, this one with 0 iterations.
  let without: String?
  let count: Int
  let limit: Double
  let isComparable: Bool

  // swift-format-ignore
  static let all = [
    RoundTrip(name: "INT3, handler, IRETQ",       guest: "exceptions", without: nil,    count: 3_000_000,  limit: 150,  isComparable: true),
    RoundTrip(name: "timer, from HLT to HLT",     guest: "interrupts", without: nil,    count: 300_000,    limit: 1000, isComparable: false),
    RoundTrip(name: "TLB miss, 4-level walk",     guest: "misses",     without: "hits", count: 10_000_000, limit: 150,  isComparable: true),
  ]
}

/// What exceptions, interrupts and TLB misses cost.
func roundTrips(kemu: Contender, guests: String, rounds: Int) throws(BenchError) -> Section {
  var rows: [[String]] = []
  var goals: [Goal] = []
  for trip in RoundTrip.all {
    // QEMU's timer keeps to the wall clock, so HLT sleeps there.
    let contenders = trip.isComparable ? [kemu, .tcg] : [kemu]
    var nanoseconds = contenders.map { _ in [Double]() }
    for _ in 0..<rounds {
      for (index, contender) in contenders.enumerated() {
        let (base, iterations) = trip.without.map { ($0, trip.count) } ?? (trip.guest, 0)
        let without = try run(
          contender.command("\(guests)/\(base).elf", iterations), expecting: guestExit)
        let with = try run(
          contender.command("\(guests)/\(trip.guest).elf", trip.count), expecting: guestExit)
        nanoseconds[index].append((with.seconds - without.seconds) / Double(trip.count) * 1e9)
      }
    }
    let medians = nanoseconds.map(median)
    let other = medians.count > 1 ? fixed(medians[1], 0) + " ns" : ""
    rows.append([trip.name, fixed(medians[0], 0) + " ns", other])
    goals.append(Goal("\(trip.name): at most \(fixed(trip.limit, 0)) ns", medians[0] <= trip.limit))
  }
  return Section(
    title: "What an event costs, from runs that differ in it alone (\(rounds) runs)",
    head: ["", "kemu", "QEMU TCG"], rows: rows, goals: goals)
}
