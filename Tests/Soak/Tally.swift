// SPDX-License-Identifier: GPL-2.0-or-later
import X86

@testable import Emu

/// How the guests of a run ended, to see that they do something.
struct Tally: CustomStringConvertible {
  private var ends: [String: Int] = [:]
  private var guests = 0
  private var instructions: UInt64 = 0

  mutating func add(_ guest: RandomGuest, _ outcome: Outcome) {
    guests += 1
    instructions += outcome.instructions ?? 0
    ends[String("\(outcome.end)".prefix(30)), default: 0] += 1
  }

  var description: String {
    "soak: \(guests) guests, \(instructions) instructions: "
      + ends.sorted { $0.value > $1.value }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }
}
