// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@Suite struct ColorTests {
  @Test(
    arguments: [
      (Color.white, Color.green, 0x2F), (.white, .red, 0x4F), (.white, .blue, 0x1F),
      (.lightGray, .black, 0x07), (.lightGreen, .black, 0x0A), (.yellow, .darkGray, 0x8E),
    ] as [(Color, Color, UInt8)])
  func attributeHoldsForegroundBelowBackground(front: Color, back: Color, attribute: UInt8) {
    let code = ColorCode(front, on: back)
    #expect(code.rawValue == attribute)
    #expect(code.foreground == front)
    #expect(code.background == back)
  }

  @Test func colorIsTheSumOfItsBeamsExceptBrown() {
    for color in Color.allCases {
      let bits = color.rawValue
      let base: UInt8 = bits & 8 == 0 ? 0 : 0x55
      func beam(_ bit: UInt8) -> UInt8 { base + (bits & bit == 0 ? 0 : 0xAA) }
      let expected = Color.RGB(beam(4), color == .brown ? 0x55 : beam(2), beam(1))
      #expect(color.rgb == expected, "\(color.name)")
    }
  }

  @Test func namesAreDistinct() {
    #expect(Set(Color.allCases.map { "\($0.name)" }).count == 16)
    #expect("\(Color.lightGreen.name)" == "light green")
  }

  @Test func cellIsCharacterThenAttributeInMemory() {
    let cell = TextCell(UInt8(ascii: "O"), ColorCode(.white, on: .green))
    #expect(cell.bits == 0x2F4F)
    #expect(TextCell(bits: 0x2F4F) == cell)
    #expect(TextCell.blank.bits == 0x0720)
  }
}

@Suite struct CP437Tests {
  /// The code page as IBM printed it, 16 glyphs a row; row 0 starts with an empty glyph, and the
  /// last one is a no-break space.
  static let table = [
    " ☺☻♥♦♣♠•◘○◙♂♀♪♫☼", "►◄↕‼¶§▬↨↑↓→←∟↔▲▼", " !\"#$%&'()*+,-./", "0123456789:;<=>?",
    "@ABCDEFGHIJKLMNO", "PQRSTUVWXYZ[\\]^_", "`abcdefghijklmno", "pqrstuvwxyz{|}~⌂",
    "ÇüéâäàåçêëèïîìÄÅ", "ÉæÆôöòûùÿÖÜ¢£¥₧ƒ", "áíóúñÑªº¿⌐¬½¼¡«»", "░▒▓│┤╡╢╖╕╣║╗╝╜╛┐",
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧", "╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀", "αßΓπΣσµτΦΘΩδ∞φε∩", "≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}",
  ]

  @Test func everyByteHasItsGlyph() {
    let scalars = Self.table.flatMap { Array($0.unicodeScalars) }
    #expect((0...255).map { CP437.scalar(of: UInt8($0)) } == scalars)
  }

  @Test func everyGlyphLeadsBackToItsByteExceptTheEmptyOne() {
    for byte in UInt8(1)...255 { #expect(CP437.byte(for: CP437.scalar(of: byte)) == byte) }
    #expect(CP437.byte(for: CP437.scalar(of: 0)) == 0x20)
  }

  @Test(arguments: ["€", "日", "🙂", "\0", "\n", "\t", "\u{1B}", "\u{7F}"] as [Unicode.Scalar])
  func otherCharactersHaveNoByte(scalar: Unicode.Scalar) {
    #expect(CP437.byte(for: scalar) == nil)
  }

  @Test func squareStandsForTheUnknown() { #expect(CP437.scalar(of: CP437.unknown) == "■") }
}
