// SPDX-License-Identifier: GPL-2.0-or-later

/// The attribute byte of a text cell: which colour on which.
///
///       7         6       4   3        0
///     ┌─────────┬────────────┬────────────┐
///     │ blink   │ background │ foreground │
///     └─────────┴────────────┴────────────┘
///
/// Bit 7 makes the character blink or, with bit 3 of the attribute controller's mode control
/// register clear, belongs to the background, which then has 16 colours too. The BIOS starts with
/// blinking on; QEMU never blinks and always shows the 16 backgrounds.
/// Source: IBM VGA XGA Technical Reference Manual, "Attribute Controller Registers",
/// Attribute Mode Control Register.
public struct ColorCode: RawRepresentable, Hashable, Sendable {
  /// The attribute byte.
  public let rawValue: UInt8

  /// The attribute byte `rawValue`; every value has a meaning.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `foreground` on `background`.
  @inlinable public init(_ foreground: Color, on background: Color = .black) {
    rawValue = background.rawValue << 4 | foreground.rawValue
  }

  /// The colour of the character's lit dots.
  @inlinable public var foreground: Color { Color(truncating: rawValue) }

  /// The colour behind the character, bit 7 counted as its intensity.
  @inlinable public var background: Color { Color(truncating: rawValue >> 4) }

  /// Light grey on black, what BIOS, GRUB and DOS write with.
  @inlinable public static var standard: ColorCode { ColorCode(.lightGray) }
}
