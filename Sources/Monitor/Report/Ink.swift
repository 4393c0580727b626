// SPDX-License-Identifier: GPL-2.0-or-later

/// Colours for what the parts of a report mean; the words say the same without them.
struct Ink {
  /// What a part of a report is.
  enum Meaning {
    /// A name to find one's place by.
    case title
    /// A value that was asked for.
    case value
    /// Allowed.
    case good
    /// What stops an access.
    case bad
    /// What is there only to help.
    case faint

    // SGR, of the colours that every terminal has (ECMA-48 §8.3.117).
    fileprivate var parameters: [Int] {
      // swift-format-ignore
      switch self {
      case .title: [1]
      case .value: [36]
      case .good:  [32]
      case .bad:   [1, 31]
      case .faint: [2]
      }
    }
  }

  /// Whether there are to be colours.
  let isOn: Bool

  /// No colours.
  static let none = Ink(isOn: false)

  /// `text` in the colour of its meaning.
  func callAsFunction(_ text: String, _ meaning: Meaning) -> String {
    isOn && !text.isEmpty
      ? ANSI.style(meaning.parameters) + text + ANSI.resetStyle : text
  }
}
