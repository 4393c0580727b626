// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Turns the bytes that a terminal sends into the keys that were pressed.
///
/// A sequence may arrive in pieces. Escape alone is the start of one too: when `isIncomplete` stays
/// true for some tens of milliseconds, `flush()` takes what is there for what it is.
///
/// Sources: XTerm Control Sequences, "PC-Style Function Keys", "VT220-Style Function Keys" and
/// "Bracketed Paste Mode"; console_codes(4) for the Linux console's F1 to F5.
struct KeyDecoder {
  /// What was recognised.
  enum Input: Equatable {
    /// A key was pressed.
    case key(KeyPress)
    /// A key that types a piece of a pasted text.
    case pasted(KeyPress)
    /// A character that no key of the guest's keyboard types.
    case untypable(Unicode.Scalar)
  }

  private var pending: [UInt8] = []
  private var isPasting = false

  /// Whether the last bytes could be the start of a longer sequence.
  var isIncomplete: Bool { !pending.isEmpty }

  /// Takes `bytes` and returns the keys that are complete.
  mutating func decode(_ bytes: some Sequence<UInt8>) -> [Input] {
    pending += bytes
    return takeAll(isFinal: false)
  }

  /// Takes what is pending as complete: nothing more came.
  mutating func flush() -> [Input] { takeAll(isFinal: true) }

  private mutating func takeAll(isFinal: Bool) -> [Input] {
    var inputs: [Input] = []
    while !pending.isEmpty {
      guard let (count, token) = Token.first(in: pending, isFinal: isFinal) else { break }
      pending.removeFirst(count)
      if let input = take(token) { inputs.append(input) }
    }
    return inputs
  }

  private mutating func take(_ token: Token) -> Input? {
    switch token {
    case .scalar(let scalar, let alt): return typed(scalar, alt: alt)
    case .key(let press): return .key(press)
    case .paste(let begins):
      isPasting = begins
      return nil
    case .unknown: return nil
    }
  }

  private func typed(_ scalar: Unicode.Scalar, alt: Bool) -> Input {
    guard var press = KeyPress(typing: scalar) else { return .untypable(scalar) }
    if isPasting { return .pasted(press) }
    // In raw mode Enter sends CR, so LF can only be Ctrl-J.
    if scalar == "\n" { press = KeyPress(.j, .control) }
    if alt { press.modifiers.insert(.alt) }
    return .key(press)
  }
}

/// One complete sequence of a terminal's input.
private enum Token {
  case scalar(Unicode.Scalar, alt: Bool)
  case key(KeyPress)
  case paste(begins: Bool)
  case unknown

  /// The token at the start of `bytes` and its length; nil if more bytes have to come first.
  static func first(in bytes: [UInt8], isFinal: Bool) -> (count: Int, token: Token)? {
    guard bytes[0] == 0x1B else { return scalar(in: bytes[...], alt: false, isFinal: isFinal) }
    guard bytes.count > 1 else { return isFinal ? (1, .key(KeyPress(.escape))) : nil }
    switch bytes[1] {
    case 0x1B: return (1, .key(KeyPress(.escape)))
    case UInt8(ascii: "["):
      if let found = controlSequence(in: bytes) { return found }
    case UInt8(ascii: "O"):
      if bytes.count > 2 { return (3, single(bytes[2], modifiers: [])) }
    default:
      return scalar(in: bytes[1...], alt: true, isFinal: isFinal).map { ($0.count + 1, $0.token) }
    }
    // A sequence that never ended: Alt with the bracket, then what follows for itself.
    return isFinal ? (2, .scalar(Unicode.Scalar(bytes[1]), alt: true)) : nil
  }

  private static func scalar(
    in bytes: ArraySlice<UInt8>, alt: Bool, isFinal: Bool
  ) -> (count: Int, token: Token)? {
    guard let first = bytes.first else { return nil }
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    if bytes.count < length, !isFinal { return nil }
    // Repairing never fails, and gives one replacement character or more for bytes that are wrong.
    let text = String(decoding: bytes.prefix(length), as: UTF8.self)
    guard let scalar = text.unicodeScalars.first, scalar != "\u{FFFD}" else { return (1, .unknown) }
    return (scalar.utf8.count, .scalar(scalar, alt: alt))
  }

  /// `ESC [ parameters final`: ECMA-48 §5.4, parameters 0x30...0x3F, intermediates 0x20...0x2F.
  private static func controlSequence(in bytes: [UInt8]) -> (count: Int, token: Token)? {
    // The Linux console sends ESC [ [ A for F1.
    if bytes.count > 2, bytes[2] == UInt8(ascii: "[") {
      guard bytes.count > 3 else { return nil }
      let keys: [Key] = [.f1, .f2, .f3, .f4, .f5]
      let index = Int(bytes[3]) - 0x41
      return (4, keys.indices.contains(index) ? .key(KeyPress(keys[index])) : .unknown)
    }
    guard let end = bytes[2...].firstIndex(where: { !(0x20...0x3F).contains($0) }) else {
      return nil
    }
    // A control character in the middle ends the attempt and counts for itself.
    guard (0x40...0x7E).contains(bytes[end]) else { return (end, .unknown) }
    let parameters = bytes[2..<end].split(separator: 0x3B, omittingEmptySubsequences: false)
      .map { Int(String(decoding: $0, as: UTF8.self)) }
    return (end + 1, named(parameters, final: bytes[end]))
  }

  private static func named(_ parameters: [Int?], final: UInt8) -> Token {
    // The second parameter is 1 + the sum of Shift 1, Alt 2, Ctrl 4.
    let modifier = parameters.count > 1 ? parameters[1] ?? 1 : 1
    let modifiers = KeyPress.Modifiers(rawValue: UInt8(clamping: max(0, modifier - 1)) & 7)
    guard final == UInt8(ascii: "~") else { return single(final, modifiers: modifiers) }
    switch parameters[0] {
    case 200: return .paste(begins: true)
    case 201: return .paste(begins: false)
    case let number?:
      guard let key = numbered[number] else { return .unknown }
      return .key(KeyPress(key, modifiers))
    case nil: return .unknown
    }
  }

  private static func single(_ final: UInt8, modifiers: KeyPress.Modifiers) -> Token {
    if final == UInt8(ascii: "Z") { return .key(KeyPress(.tab, .shift)) }
    guard let key = lettered[final] else { return .unknown }
    return .key(KeyPress(key, modifiers))
  }

  /// `CSI number ~`.
  // swift-format-ignore
  private static let numbered: [Int: Key] = [
     1: .home,  2: .insert,  3: .delete,  4: .end,  5: .pageUp,  6: .pageDown,  7: .home,  8: .end,
    11: .f1,   12: .f2,     13: .f3,     14: .f4,  15: .f5,     17: .f6,       18: .f7,   19: .f8,
    20: .f9,   21: .f10,    23: .f11,    24: .f12,
  ]

  /// `CSI letter`, `CSI 1 ; modifier letter` and `SS3 letter`.
  private static let lettered: [UInt8: Key] = [
    UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right,
    UInt8(ascii: "D"): .left, UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end,
    UInt8(ascii: "P"): .f1, UInt8(ascii: "Q"): .f2, UInt8(ascii: "R"): .f3, UInt8(ascii: "S"): .f4,
    // The keypad's Enter.
    UInt8(ascii: "M"): .enter,
  ]
}
