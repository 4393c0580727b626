// SPDX-License-Identifier: GPL-2.0-or-later

/// One character cell of text memory, two bytes, the character at the lower address:
///
///      15        8   7         0
///     ┌───────────┬─────────────┐
///     │ attribute │ character   │
///     └───────────┴─────────────┘
///
/// The character is the number of a glyph of the font, which is code page 437 (`CP437`).
public struct TextCell: Hashable, Sendable {
  /// The glyph's number.
  public var character: UInt8

  /// The attribute byte.
  public var color: ColorCode

  /// `character` in `color`.
  @inlinable public init(_ character: UInt8, _ color: ColorCode) {
    self.character = character
    self.color = color
  }

  /// The cell whose two bytes, read as a little-endian number, are `bits`.
  @inlinable public init(bits: UInt16) {
    self.init(
      UInt8(truncatingIfNeeded: bits), ColorCode(rawValue: UInt8(truncatingIfNeeded: bits >> 8)))
  }

  /// The cell's two bytes as a little-endian number.
  @inlinable public var bits: UInt16 { UInt16(color.rawValue) << 8 | UInt16(character) }

  /// Whether the glyph has no lit dot: CP437's NUL, space and no-break space.
  @inlinable public var isBlank: Bool {
    character == 0x00 || character == 0x20 || character == 0xFF
  }

  /// A space in light grey on black: what GRUB leaves on the whole screen.
  @inlinable public static var blank: TextCell { TextCell(0x20, .standard) }
}
