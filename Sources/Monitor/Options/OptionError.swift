// SPDX-License-Identifier: GPL-2.0-or-later

/// Why the value of an option cannot be used.
public enum OptionError: Error, Equatable {
  /// Not a number: decimal or 0x, digits grouped with _ if liked.
  case notANumber(String)
  /// A number that does not fit.
  case tooLarge(String)
  /// Not a size: a number and K, M or G.
  case notASize(String)
  /// Not a span of time in seconds.
  case notSeconds(String)
  /// Not a moment in UTC.
  case notATime(String)
  /// A `\` that no C escape starts with, `offset` characters into the text.
  case badEscape(String, offset: Int)
  /// A `<` without its `>`.
  case unclosedKeyName(offset: Int)
  /// A name between `<` and `>` that is no key.
  case unknownKey(String, offset: Int)
  /// A character that no key of the guest's US keyboard types.
  case notOnKeyboard(Character, offset: Int)
  /// A key that cannot start kemu's own commands.
  case notAnEscapeKey(String)
  /// Not something that can be traced.
  case notTraced(String)
  /// Not a format of the trace.
  case notAFormat(String)
  /// A zero where the first is number 1.
  case notFromOne(String)
  /// A register, which is no place in a run.
  case notAMoment(String)
  /// Nothing where something is needed.
  case empty
}

extension OptionError: CustomStringConvertible {
  /// What is wrong and what would be right, in one sentence.
  public var description: String {
    switch self {
    case .notANumber(let text):
      if let number = Quantity.decimal(text) {
        "\"\(text)\" is not a number; \(number.grouped) is."
      } else {
        "\"\(text)\" is not a number; 4096, 1_000_000 and 0x1000 are."
      }
    case .tooLarge(let text): "\(text) is too large."
    case .notASize(let text): "\"\(text)\" is not a size; 65536, 512K, 128M and 4G are."
    case .notSeconds(let text): "\"\(text)\" is not a number of seconds; 10 and 0.5 are."
    case .notATime(let text):
      "\"\(text)\" is not a time; now, 2026-01-31 and 2026-01-31T12:00:00Z (UTC) are."
    case .badEscape(let text, let offset):
      "\(text) at character \(offset + 1) is not a C escape; for a backslash write \\\\."
    case .unclosedKeyName(let offset):
      "the < at character \(offset + 1) starts a key name that no > ends; for the character write \\<."
    case .unknownKey(let name, let offset):
      "<\(name)> at character \(offset + 1) is not a key; <F1>, <Up>, <Enter>, <Ctrl-C> are."
    case .notOnKeyboard(let character, let offset):
      "\"\(character)\" at character \(offset + 1) is not on the guest's keyboard (US layout)."
    case .notAnEscapeKey(let text):
      "\"\(text)\" cannot be the escape key; Ctrl-A to Ctrl-Z can, except Ctrl-H, -I, -J and -M."
    case .notTraced(let text):
      "\"\(text)\" is not traced; \(TraceCategories.list) are, with commas between them."
    case .notAFormat(let text): "\"\(text)\" is not a format; text and json are."
    case .notFromOne(let text): "\"\(text)\" is none; the first is number 1."
    case .notAMoment(let text):
      "\"\(text)\" is no moment; end, a symbol, an address, \"instruction 1000\" and \"fault 1\" are."
    case .empty: "it is empty."
    }
  }
}
