// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A short text, made of literals and values, that lives where it is made: no heap, no locale, no
/// Unicode tables.
///
/// It is what `Console.print` takes, so that interpolation works before there is a heap, and in a
/// fault handler: `Console.print("CR2 = \(address), \(count) times")`. It holds `Text.capacity`
/// bytes of UTF-8; the rest of a longer text is dropped, and its last character becomes ■.
struct Text: ExpressibleByStringInterpolation, StringInterpolationProtocol {
  /// How many bytes fit: six rows and a half.
  static var capacity: Int { 512 }

  private var bytes = InlineArray<512, UInt8>(repeating: 0)
  private(set) var count = 0

  init(stringLiteral literal: StaticString) { appendLiteral(literal) }
  init(stringInterpolation text: Text) { self = text }
  init(literalCapacity: Int, interpolationCount: Int) {}

  mutating func appendLiteral(_ literal: StaticString) {
    literal.withUTF8Buffer { append(UnsafeRawBufferPointer($0)) }
  }

  /// Appends `bytes`, which should be UTF-8.
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes { append(byte) }
  }

  /// Appends one byte of UTF-8.
  mutating func append(_ byte: UInt8) {
    guard count < Self.capacity else {
      bytes[Self.capacity - 1] = 0xFF  // starts no character, so it shows as ■
      return
    }
    bytes[count] = byte
    count += 1
  }

  /// One step through a text.
  enum Element: Equatable {
    /// Show this character.
    case character(Unicode.Scalar)
    /// Something that is no character; show that.
    case invalid
    /// From here on, write in this colour.
    case color(ColorCode)
  }

  /// Calls `body` with each element in turn.
  func forEach(_ body: (Element) -> Void) {
    withBytes { bytes in
      var decoder = UTF8()
      var rest = bytes.makeIterator()
      while true {
        switch decoder.decode(&rest) {
        case .scalarValue(let scalar): body(Self.color(marked: scalar) ?? .character(scalar))
        case .error: body(.invalid)
        case .emptyInput: return
        }
      }
    }
  }

  /// Calls `body` with the text's bytes.
  func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    bytes.span.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0.prefix(count))) }
  }

  // A change of colour is 256 characters for private use, one per attribute byte.
  private static let firstMark: UInt32 = 0xE000

  /// Appends the mark for a change to `color`.
  mutating func append(_ color: ColorCode) {
    appendInterpolation(Unicode.Scalar(Self.firstMark + UInt32(color.rawValue)) ?? " ")
  }

  private static func color(marked scalar: Unicode.Scalar) -> Element? {
    guard (firstMark...firstMark + 0xFF).contains(scalar.value) else { return nil }
    return .color(ColorCode(rawValue: UInt8(truncatingIfNeeded: scalar.value)))
  }
}
