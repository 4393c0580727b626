// SPDX-License-Identifier: GPL-2.0-or-later

/// When to look at a guest: the value of `--at`.
public enum Moment: Equatable, Sendable {
  /// When it has stopped, or is idle.
  case end
  /// After so many instructions.
  case instruction(UInt64)
  /// Before the instruction that raises the so-manieth exception, delivered or not; from 1.
  case fault(UInt64)
  /// Before the first instruction that is executed here.
  case place(Place)

  /// Reads `end`, `instruction N`, `fault N`, or a place.
  public init(_ text: String) throws(OptionError) {
    let words = text.split(separator: " ")
    switch (words.first, words.count) {
    case ("end", 1): self = .end
    case ("instruction", 2): self = .instruction(try Quantity.number(words[1]))
    case ("fault", 1): self = .fault(1)
    case ("fault", 2):
      let number = try Quantity.number(words[1])
      guard number > 0 else { throw .notFromOne(String(words[1])) }
      self = .fault(number)
    default:
      self = .place(try Place(text))
      if case .place(.register) = self { throw .notAMoment(text) }
    }
  }
}

extension Moment: CustomStringConvertible {
  /// As it is written.
  public var description: String {
    switch self {
    case .end: "end"
    case .instruction(let number): "instruction \(number.grouped)"
    case .fault(let number): "fault \(number.grouped)"
    case .place(let place): "\(place)"
    }
  }
}
