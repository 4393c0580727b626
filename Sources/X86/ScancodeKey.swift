// SPDX-License-Identifier: GPL-2.0-or-later

/// A key of the PC keyboard, named as on the US layout; the raw value is its scancode of set 1.
///
/// Keys that the first PC keyboard lacked come with a prefix: 0xE0xx is the two bytes E0 xx.
/// Source: IBM PS/2 Hardware Interface Technical Reference, "Keyboard (101/102-Key)", table
/// "Scan Code Set 1".
public enum Key: UInt16, Hashable, Sendable {
  // swift-format-ignore
  case escape       = 0x01, digit1       = 0x02, digit2      = 0x03, digit3     = 0x04,
       digit4       = 0x05, digit5       = 0x06, digit6      = 0x07, digit7     = 0x08,
       digit8       = 0x09, digit9       = 0x0A, digit0      = 0x0B, minus      = 0x0C,
       equals       = 0x0D, backspace    = 0x0E, tab         = 0x0F, q          = 0x10,
       w            = 0x11, e            = 0x12, r           = 0x13, t          = 0x14,
       y            = 0x15, u            = 0x16, i           = 0x17, o          = 0x18,
       p            = 0x19, leftBracket  = 0x1A, rightBracket = 0x1B, enter     = 0x1C,
       leftControl  = 0x1D, a            = 0x1E, s           = 0x1F, d          = 0x20,
       f            = 0x21, g            = 0x22, h           = 0x23, j          = 0x24,
       k            = 0x25, l            = 0x26, semicolon   = 0x27, apostrophe = 0x28,
       backquote    = 0x29, leftShift    = 0x2A, backslash   = 0x2B, z          = 0x2C,
       x            = 0x2D, c            = 0x2E, v           = 0x2F, b          = 0x30,
       n            = 0x31, m            = 0x32, comma       = 0x33, period     = 0x34,
       slash        = 0x35, rightShift   = 0x36, keypadStar  = 0x37, leftAlt    = 0x38,
       space        = 0x39, capsLock     = 0x3A, f1          = 0x3B, f2         = 0x3C,
       f3           = 0x3D, f4           = 0x3E, f5          = 0x3F, f6         = 0x40,
       f7           = 0x41, f8           = 0x42, f9          = 0x43, f10        = 0x44,
       numLock      = 0x45, scrollLock   = 0x46, keypad7     = 0x47, keypad8    = 0x48,
       keypad9      = 0x49, keypadMinus  = 0x4A, keypad4     = 0x4B, keypad5    = 0x4C,
       keypad6      = 0x4D, keypadPlus   = 0x4E, keypad1     = 0x4F, keypad2    = 0x50,
       keypad3      = 0x51, keypad0      = 0x52, keypadPeriod = 0x53, iso102    = 0x56,
       f11          = 0x57, f12          = 0x58

  // swift-format-ignore
  case keypadEnter  = 0xE01C, rightControl = 0xE01D, keypadSlash = 0xE035, printScreen = 0xE037,
       rightAlt     = 0xE038, home         = 0xE047, up          = 0xE048, pageUp      = 0xE049,
       left         = 0xE04B, right        = 0xE04D, end         = 0xE04F, down        = 0xE050,
       pageDown     = 0xE051, insert       = 0xE052, delete      = 0xE053,
       leftSuper    = 0xE05B, rightSuper   = 0xE05C, menu        = 0xE05D

  /// Sends E1 1D 45 E1 9D C5 when pressed and nothing when released.
  case pause = 0xE11D
}

extension Key {
  /// The byte without prefix and release bit, 0x01...0x7F.
  public var code: UInt8 { UInt8(truncatingIfNeeded: rawValue) }

  /// Whether the byte E0 comes before the code.
  public var isExtended: Bool { rawValue >> 8 == 0xE0 }

  /// The bytes sent when the key goes down.
  public var makeCode: [UInt8] {
    switch self {
    case .pause: [0xE1, 0x1D, 0x45, 0xE1, 0x9D, 0xC5]
    default: isExtended ? [0xE0, code] : [code]
    }
  }

  /// The bytes sent when the key comes up: the make code with bit 7 set.
  public var breakCode: [UInt8] {
    switch self {
    case .pause: []
    default: isExtended ? [0xE0, code | 0x80] : [code | 0x80]
    }
  }
}
