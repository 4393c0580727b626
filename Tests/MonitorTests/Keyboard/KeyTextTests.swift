// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Monitor

@Suite struct KeyTextTests {
  @Test(
    arguments: [
      ("", []),
      ("a", [KeyPress(.a)]),
      ("A!", [KeyPress(.a, .shift), KeyPress(.digit1, .shift)]),
      (#"x\n\t\b"#, [KeyPress(.x), KeyPress(.enter), KeyPress(.tab), KeyPress(.backspace)]),
      ("\r\n", [KeyPress(.enter)]),
      (#"\e\x1b\33"#, [KeyPress(.escape), KeyPress(.escape), KeyPress(.escape)]),
      (#"\x3\x411"#, [KeyPress(.c, .control), KeyPress(.a, .shift), KeyPress(.digit1)]),
      (
        #"\\\<\""#,
        [
          KeyPress(.backslash), KeyPress(.comma, .shift), KeyPress(.apostrophe, .shift),
        ]
      ),
      ("<F1><f12>", [KeyPress(.f1), KeyPress(.f12)]),
      ("<Up><PgDn><Enter>", [KeyPress(.up), KeyPress(.pageDown), KeyPress(.enter)]),
      (
        "<Ctrl-C><ctrl-alt-del>",
        [
          KeyPress(.c, .control), KeyPress(.delete, [.control, .alt]),
        ]
      ),
      (#"<Shift-Tab>\<"#, [KeyPress(.tab, .shift), KeyPress(.comma, .shift)]),
    ] as [(String, [KeyPress])])
  func `a text names its keys`(text: String, keys: [KeyPress]) throws {
    #expect(try KeyText.parse(text) == keys)
  }

  @Test(arguments: [
    ("a<b", OptionError.unclosedKeyName(offset: 1)),
    ("ab<F13>", .unknownKey("F13", offset: 2)),
    ("<>", .unknownKey("", offset: 0)),
    ("<x>", .unknownKey("x", offset: 0)),
    ("<Meta-X>", .unknownKey("Meta-X", offset: 0)),
    ("<Ctrl->", .unknownKey("Ctrl-", offset: 0)),
    (#"a\"#, .badEscape(#"\"#, offset: 1)),
    (#"\q"#, .badEscape(#"\q"#, offset: 0)),
    (#"\xg"#, .badEscape(#"\x"#, offset: 0)),
    (#"\777"#, .badEscape(#"\777"#, offset: 0)),
    (#"\xff"#, .badEscape(#"\xff"#, offset: 0)),
    ("né", .notOnKeyboard("é", offset: 1)),
    ("👍🏽", .notOnKeyboard("👍🏽", offset: 0)),
  ])
  func `a text with a flaw is refused where the flaw is`(text: String, error: OptionError) {
    #expect(throws: error) { try KeyText.parse(text) }
  }

  @Test(
    arguments: [
      (KeyPress(.a), [0x1E], [0x9E]),
      (KeyPress(.a, .shift), [0x2A, 0x1E], [0x9E, 0xAA]),
      (KeyPress(.up), [0xE0, 0x48], [0xE0, 0xC8]),
      (
        KeyPress(.delete, [.control, .alt]), [0x1D, 0x38, 0xE0, 0x53], [0xE0, 0xD3, 0xB8, 0x9D]
      ),
    ] as [(KeyPress, [UInt8], [UInt8])])
  func `modifiers go down before the key and come up after it`(
    press: KeyPress, make: [UInt8], release: [UInt8]
  ) {
    #expect(press.makeCodes == make)
    #expect(press.breakCodes == release)
  }

  @Test func `every printable ASCII character has a key`() {
    for value in UInt8(0x20)...0x7E {
      #expect(KeyPress(typing: Unicode.Scalar(value)) != nil)
    }
  }
}
