// SPDX-License-Identifier: GPL-2.0-or-later
import X86

@testable import Emu

/// Where two runs of a guest part, for people.
struct Difference: CustomStringConvertible {
  private(set) var description: String

  /// What is watched in the second run of a guest in one go.
  static let watched: Event.Categories = [.control, .ports, .paging, .memory]

  /// Looks for the first moment at which a run in windows differs from one in one go.
  init(_ guest: RandomGuest, window: UInt64, _ one: Outcome, _ other: Outcome) throws {
    func runs(_ time: UInt64) throws -> (Outcome, Outcome) {
      (
        try guest.run(window: .max, for: time),
        try guest.run(window: window, for: time, watching: window == .max ? Self.watched : [])
      )
    }
    var (same, differs) = (UInt64(0), guest.time)
    while differs - same > 1 {
      let middle = same + (differs - same) / 2
      let (one, other) = try runs(middle)
      if one == other { same = middle } else { differs = middle }
    }
    let how = window == .max ? "if it is watched" : "in windows of \(window) ns"
    description =
      "soak: FAILED guest \(guest.seed) (\(guest.mode)) differs \(how) from \(differs) ns on"
    for (one, other) in zip(Self.lines(one), Self.lines(other)) where one != other {
      description += "\n  \(one)\n    \(other)"
    }
    for time in (same > 6 ? same - 6 : 0)...differs {
      let (one, other) = try runs(time)
      description += "\n  \(time): \(Self.brief(one))"
      if one != other { description += "\n  \(time): \(Self.brief(other))" }
    }
  }

  private static func lines(_ outcome: Outcome) -> [String] {
    var text = ""
    dump(outcome, to: &text)
    return text.split(separator: "\n").map(String.init)
  }

  private static func brief(_ outcome: Outcome) -> String {
    func hex(_ value: UInt64) -> String { String(value, radix: 16) }
    let r = outcome.registers
    let code = outcome.next.map { hex(UInt64($0)) }.joined(separator: " ")
    return "\(outcome.instructions ?? 0) \(hex(r.cs.base.value)):\(hex(r.rip)) \(code), "
      + "flags \(hex(r.rflags.rawValue)), rsp \(hex(r.rsp))"
  }
}
