// SPDX-License-Identifier: GPL-2.0-or-later

/// One of the 16 colours of VGA text mode.
///
/// The number is made of one bit per beam of a colour tube; the intensity bit lightens all three:
///
///       3           2     1       0
///     ┌───────────┬─────┬───────┬──────┐
///     │ intensity │ red │ green │ blue │
///     └───────────┴─────┴───────┴──────┘
public enum Color: UInt8, CaseIterable, Sendable {
  case black, blue, green, cyan, red, magenta, brown, lightGray
  case darkGray, lightBlue, lightGreen, lightCyan, lightRed, pink, yellow, white

  /// The colour with the number in the low four bits of `bits`.
  @inlinable public init(truncating bits: UInt8) {
    self = Color(rawValue: bits & 0x0F) ?? .black  // all 16 numbers have a case
  }

  /// The colour's English name in lower case.
  public var name: StaticString { appearance.name }

  /// What a monitor shows for the colour with the palette that the BIOS sets up.
  public var rgb: RGB { appearance.rgb }

  /// Name and light, by number.
  ///
  /// The BIOS programs each beam to 0, 2/3 or, with intensity, 1/3 and 1 of its full strength;
  /// only brown breaks the rule: IBM halves its green, or it would be a dark yellow.
  /// Source: IBM VGA XGA Technical Reference Manual, "Video Digital-to-Analog Converter", the
  /// colours of BIOS mode 3 (DAC values 00, 15h, 2Ah, 3Fh of 6 bits, here scaled to 8).
  private var appearance: (name: StaticString, rgb: RGB) {
    // swift-format-ignore
    switch self {
    case .black:      ("black",       RGB(0x00, 0x00, 0x00))
    case .blue:       ("blue",        RGB(0x00, 0x00, 0xAA))
    case .green:      ("green",       RGB(0x00, 0xAA, 0x00))
    case .cyan:       ("cyan",        RGB(0x00, 0xAA, 0xAA))
    case .red:        ("red",         RGB(0xAA, 0x00, 0x00))
    case .magenta:    ("magenta",     RGB(0xAA, 0x00, 0xAA))
    case .brown:      ("brown",       RGB(0xAA, 0x55, 0x00))
    case .lightGray:  ("light gray",  RGB(0xAA, 0xAA, 0xAA))
    case .darkGray:   ("dark gray",   RGB(0x55, 0x55, 0x55))
    case .lightBlue:  ("light blue",  RGB(0x55, 0x55, 0xFF))
    case .lightGreen: ("light green", RGB(0x55, 0xFF, 0x55))
    case .lightCyan:  ("light cyan",  RGB(0x55, 0xFF, 0xFF))
    case .lightRed:   ("light red",   RGB(0xFF, 0x55, 0x55))
    case .pink:       ("pink",        RGB(0xFF, 0x55, 0xFF))
    case .yellow:     ("yellow",      RGB(0xFF, 0xFF, 0x55))
    case .white:      ("white",       RGB(0xFF, 0xFF, 0xFF))
    }
  }

  /// A colour as the strengths of its three lights, 0...255 each.
  public struct RGB: Equatable, Sendable {
    /// Strength of red.
    public let red: UInt8
    /// Strength of green.
    public let green: UInt8
    /// Strength of blue.
    public let blue: UInt8

    /// The colour with these strengths.
    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
      self.red = red
      self.green = green
      self.blue = blue
    }
  }
}
