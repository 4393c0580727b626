// SPDX-License-Identifier: GPL-2.0-or-later

/// What a person presses on a US keyboard to get one ASCII character.
public struct Keystroke: Hashable, Sendable {
  /// The key.
  public var key: Key
  /// Whether Shift is held meanwhile.
  public var shift: Bool
  /// Whether Ctrl is held meanwhile.
  public var control: Bool

  /// A stroke on `key` with these modifiers held.
  public init(_ key: Key, shift: Bool = false, control: Bool = false) {
    self.key = key
    self.shift = shift
    self.control = control
  }

  /// The stroke for an ASCII character; nil for what no key gives.
  ///
  /// Line feed and carriage return are Enter, DEL is Backspace, and the other control characters
  /// are Ctrl with the character 0x40 above them.
  public init?(ascii: UInt8) {
    switch ascii {
    case 0x0D: self.init(.enter)
    case 0x7F: self.init(.backspace)
    default:
      if let stroke = USLayout.stroke(for: ascii) {
        self = stroke
        return
      }
      // Ctrl-A...Ctrl-Z on the letters, Ctrl-\ Ctrl-] Ctrl-^ Ctrl-_ on the signs.
      guard 0x01...0x1F ~= ascii,
        let base = USLayout.stroke(for: ascii | (ascii <= 0x1A ? 0x60 : 0x40))
      else { return nil }
      self.init(base.key, shift: base.shift, control: true)
    }
  }

  /// The bytes of set 1 for the whole stroke: modifiers down, key down, key up, modifiers up.
  public var scancodes: [UInt8] {
    var bytes: [UInt8] = []
    if control { bytes += Key.leftControl.makeCode }
    if shift { bytes += Key.leftShift.makeCode }
    bytes += key.makeCode
    bytes += key.breakCode
    if shift { bytes += Key.leftShift.breakCode }
    if control { bytes += Key.leftControl.breakCode }
    return bytes
  }
}

extension Key {
  /// The ASCII character that the key gives on a US keyboard; nil for keys that give none.
  ///
  /// The keypad is left out, since there the character depends on Num Lock.
  public func ascii(shifted: Bool) -> UInt8? {
    isExtended ? nil : USLayout.character(code: code, shifted: shifted)
  }
}

/// The US layout: the characters in the order of the scancodes, which is the order of the keys.
enum USLayout {
  // From scancode 0x00, which is no key, to 0x39, the space bar. Escape, Backspace, Tab and Enter
  // give control characters; \0 stands for keys that give none: Ctrl, the two Shifts, Alt.
  // swift-format-ignore
  private static var plain: StaticString {
    "\0\u{1B}1234567890-=\u{08}\tqwertyuiop[]\n\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 "
  }
  // swift-format-ignore
  private static var shifted: StaticString {
    "\0\u{1B}!@#$%^&*()_+\u{08}\tQWERTYUIOP{}\n\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 "
  }

  /// The character of the key with scancode `code`; nil if it gives none.
  static func character(code: UInt8, shifted: Bool) -> UInt8? {
    let row = shifted ? self.shifted : plain
    guard code < row.utf8CodeUnitCount, code != Key.keypadStar.code else { return nil }
    let character = row.utf8Start[Int(code)]
    return character == 0 ? nil : character
  }

  /// The stroke for a character that is on a key; without Shift where both give it.
  static func stroke(for character: UInt8) -> Keystroke? {
    for shift in [false, true] {
      for code in 0x01...Key.space.code {
        guard self.character(code: code, shifted: shift) == character,
          let key = Key(rawValue: UInt16(code))
        else { continue }
        return Keystroke(key, shift: shift)
      }
    }
    return nil
  }
}
