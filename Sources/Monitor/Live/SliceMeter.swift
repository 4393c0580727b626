// SPDX-License-Identifier: GPL-2.0-or-later

/// Finds out how many instructions take about a given wall-clock time, so that a session gets to
/// look around that often whatever the guest does: the instructions of a tight loop and those that
/// talk to devices differ a thousandfold in cost.
struct SliceMeter {
  /// Nanoseconds that a slice should take.
  let target: UInt64
  /// The most instructions in a slice.
  let limit: UInt64
  /// The instructions that the next slice should have.
  private(set) var quantum: UInt64

  /// A meter for slices of `target` nanoseconds and `limit` instructions at most.
  init(target: UInt64, limit: UInt64) {
    self.target = target
    self.limit = limit
    quantum = min(limit, 100_000)
  }

  /// Learns that `instructions` took `elapsed` nanoseconds.
  mutating func learn(instructions: UInt64, elapsed: UInt64) {
    // Too little to tell anything: the guest halted, or the clock did not move.
    guard instructions >= 1_000, elapsed > 0 else { return }
    let fitting = Double(instructions) * Double(target) / Double(elapsed)
    quantum = UInt64(min(Double(min(limit, quantum * 2)), max(1_000, fitting)))
  }
}
