// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Testing

@testable import Monitor

@Suite struct TextScreenTextTests {
  @Test func `plain text leaves out blanks at the ends only`() {
    var screen = TextScreen.blank
    screen.put("one", row: 1, column: 2)
    screen.put("two", row: 3)
    screen.cells[3 * 80 + 10] = 0x1700
    screen.cells[10 * 80] = 0x20FF
    #expect(screen.plainText == "\n  one\n\ntwo\n")
    #expect(TextScreen.blank.plainText.isEmpty)
  }

  @Test func `coloured text keeps coloured blanks and ends each row plain`() {
    var screen = TextScreen.blank
    screen.put("ab", row: 0, attribute: 0x1F)
    screen.put("  ", row: 1, attribute: 0x20)
    #expect(
      screen.coloredText(.sixteen) == "\u{1B}[0;97;44mab\u{1B}[0m\n\u{1B}[0;30;42m  \u{1B}[0m\n")
    #expect(screen.coloredText(.none) == "\u{1B}[0;1;7mab\u{1B}[0m\n\u{1B}[0;7m  \u{1B}[0m\n")
  }

  @Test func `bit 7 of an attribute blinks or brightens the background, as the guest chose`() {
    var screen = TextScreen.blank
    screen.put("ab ", row: 0, attribute: 0x9F)
    screen.put(" ", row: 1, attribute: 0x87)
    #expect(screen.attributeBit7 == .blink)
    #expect(screen.coloredText(.sixteen) == "\u{1B}[0;5;97;44mab \u{1B}[0m\n")
    screen.attributeBit7 = .brightBackground
    #expect(
      screen.coloredText(.sixteen)
        == "\u{1B}[0;97;104mab \u{1B}[0m\n\u{1B}[0;37;100m \u{1B}[0m\n")
  }
}
