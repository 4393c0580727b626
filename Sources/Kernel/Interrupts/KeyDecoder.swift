// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Makes characters of the keyboard's scancodes (set 1), on a US layout.
///
/// A key that goes down sends its code, behind 0xE0 if the first PC keyboard lacked it, and the same
/// with bit 7 set when it comes up. Pause sends 0xE1 and two codes, and is passed over.
struct KeyDecoder {
  private var isExtended = false
  /// Bytes of a Pause that are still to come.
  private var skipped = 0
  private var shifts: UInt8 = 0
  private var controls: UInt8 = 0
  private var capsLock = false

  /// What the key of the next byte means: an ASCII character, or nil if none.
  mutating func decode(_ byte: UInt8) -> UInt8? {
    if skipped > 0 {
      skipped -= 1
      return nil
    }
    if byte == 0xE1 {
      skipped = 2
      return nil
    }
    if byte == 0xE0 {
      isExtended = true
      return nil
    }
    let code = UInt16(byte & 0x7F) | (isExtended ? 0xE000 : 0)
    isExtended = false
    guard let key = Key(rawValue: code) else { return nil }
    return take(key, isDown: byte & 0x80 == 0)
  }

  private mutating func take(_ key: Key, isDown: Bool) -> UInt8? {
    switch key {
    case .leftShift: set(&shifts, 1, isDown)
    case .rightShift: set(&shifts, 2, isDown)
    case .leftControl: set(&controls, 1, isDown)
    case .rightControl: set(&controls, 2, isDown)
    case .capsLock: if isDown { capsLock.toggle() }
    case .keypadEnter: return isDown ? UInt8(ascii: "\n") : nil
    default: return isDown ? character(of: key) : nil
    }
    return nil
  }

  private func set(_ bits: inout UInt8, _ bit: UInt8, _ isOn: Bool) {
    if isOn { bits |= bit } else { bits &= ~bit }
  }

  private func character(of key: Key) -> UInt8? {
    guard let plain = key.ascii(shifted: false) else { return nil }
    let isLetter = 0x61...0x7A ~= plain  // "a"..."z"
    // Caps Lock turns Shift round, for letters only.
    let shifted = (shifts != 0) != (capsLock && isLetter)
    guard controls == 0 else { return isLetter ? plain & 0x1F : nil }
    return key.ascii(shifted: shifted)
  }
}
