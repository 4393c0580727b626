// SPDX-License-Identifier: GPL-2.0-or-later

/// The keys that a text names: `ls\n`, `<F1>`, `<Ctrl-C>`, `\x1b`.
///
///     text = { character | C escape | "\<" | "<" name ">" }
///     name = { ( "Ctrl" | "Alt" | "Shift" ) "-" } ( key name | character )
public enum KeyText {
  /// The key presses that `text` stands for.
  public static func parse(_ text: String) throws(OptionError) -> [KeyPress] {
    var reader = Reader(characters: Array(text))
    var presses: [KeyPress] = []
    while reader.position < reader.characters.count { presses.append(try reader.next()) }
    return presses
  }

  private struct Reader {
    let characters: [Character]
    var position = 0

    mutating func next() throws(OptionError) -> KeyPress {
      let start = position
      position += 1
      switch characters[start] {
      case "\\": return try escape(from: start)
      case "<": return try name(from: start)
      // One Character, but one Enter all the same.
      case "\r\n": return KeyPress(.enter)
      case let character:
        guard character.unicodeScalars.count == 1, let scalar = character.unicodeScalars.first,
          let press = KeyPress(typing: scalar)
        else { throw .notOnKeyboard(character, offset: start) }
        return press
      }
    }

    private mutating func escape(from start: Int) throws(OptionError) -> KeyPress {
      guard position < characters.count else { throw .badEscape("\\", offset: start) }
      let letter = characters[position]
      if letter == "x" || ("0"..."7").contains(letter) { return try number(from: start) }
      position += 1
      guard let scalar = Self.escapes[letter], let press = KeyPress(typing: scalar) else {
        throw .badEscape("\\\(letter)", offset: start)
      }
      return press
    }

    /// `\x` and one or two hexadecimal digits, or `\` and one to three octal ones.
    private mutating func number(from start: Int) throws(OptionError) -> KeyPress {
      let isHexadecimal = characters[position] == "x"
      if isHexadecimal { position += 1 }
      let (radix, most) = isHexadecimal ? (16, 2) : (8, 3)
      let digits = characters[position...].prefix(most).prefix {
        guard $0.isASCII, let value = $0.hexDigitValue else { return false }
        return value < radix
      }
      position += digits.count
      guard let value = UInt8(String(digits), radix: radix),
        let press = KeyPress(typing: Unicode.Scalar(value))
      else { throw .badEscape(String(characters[start..<position]), offset: start) }
      return press
    }

    private mutating func name(from start: Int) throws(OptionError) -> KeyPress {
      guard let end = characters[position...].firstIndex(of: ">") else {
        throw .unclosedKeyName(offset: start)
      }
      let name = String(characters[position..<end])
      position = end + 1
      guard let press = KeyPress(named: name) else { throw .unknownKey(name, offset: start) }
      return press
    }

    // swift-format-ignore
    private static let escapes: [Character: Unicode.Scalar] = [
      "n": "\n", "r": "\r", "t": "\t", "b": "\u{8}", "a": "\u{7}", "f": "\u{C}", "v": "\u{B}",
      "e": "\u{1B}", "\\": "\\", "\"": "\"", "'": "'", "?": "?", "<": "<", ">": ">",
    ]
  }
}
