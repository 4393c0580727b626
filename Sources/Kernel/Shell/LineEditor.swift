// SPDX-License-Identifier: GPL-2.0-or-later

/// A line while it is typed.
struct LineEditor {
  private var bytes = InlineArray<76, UInt8>(repeating: 0)
  private var count = 0

  /// What a character does to the line.
  enum Change: Equatable {
    /// It is part of the line now.
    case append(UInt8)
    /// The last one is not any more.
    case erase
    /// The line is complete.
    case complete
    /// Nothing: it is no printable character, or the line is full, or there is nothing to erase.
    case none
  }

  /// Takes a character in.
  mutating func type(_ character: UInt8) -> Change {
    switch character {
    case UInt8(ascii: "\n"): return .complete
    case 0x08:
      guard count > 0 else { return .none }
      count -= 1
      return .erase
    case 0x20...0x7E where count < bytes.count:
      bytes[count] = character
      count += 1
      return .append(character)
    default: return .none
    }
  }

  /// Calls `body` with what has been typed.
  func withLine<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    bytes.span.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
  }
}
