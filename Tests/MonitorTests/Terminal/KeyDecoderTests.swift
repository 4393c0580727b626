// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Monitor

@Suite struct KeyDecoderTests {
  typealias Input = KeyDecoder.Input

  static let sequences: [(bytes: String, inputs: [Input])] = [
    ("a", [.key(KeyPress(.a))]),
    ("Q", [.key(KeyPress(.q, .shift))]),
    ("\r", [.key(KeyPress(.enter))]),
    ("\n", [.key(KeyPress(.j, .control))]),
    ("\t", [.key(KeyPress(.tab))]),
    ("\u{7F}", [.key(KeyPress(.backspace))]),
    ("\u{1}", [.key(KeyPress(.a, .control))]),
    ("\0", [.key(KeyPress(.space, .control))]),
    ("é", [.untypable("é")]),
    ("\u{1B}[A", [.key(KeyPress(.up))]),
    ("\u{1B}OB", [.key(KeyPress(.down))]),
    ("\u{1B}[1;5C", [.key(KeyPress(.right, .control))]),
    ("\u{1B}[1;4D", [.key(KeyPress(.left, [.shift, .alt]))]),
    ("\u{1B}[H", [.key(KeyPress(.home))]),
    ("\u{1B}[4~", [.key(KeyPress(.end))]),
    ("\u{1B}[3;5~", [.key(KeyPress(.delete, .control))]),
    ("\u{1B}[5~\u{1B}[6~", [.key(KeyPress(.pageUp)), .key(KeyPress(.pageDown))]),
    ("\u{1B}OP", [.key(KeyPress(.f1))]),
    ("\u{1B}[[E", [.key(KeyPress(.f5))]),
    ("\u{1B}[15~", [.key(KeyPress(.f5))]),
    ("\u{1B}[24~", [.key(KeyPress(.f12))]),
    ("\u{1B}[Z", [.key(KeyPress(.tab, .shift))]),
    ("\u{1B}x", [.key(KeyPress(.x, .alt))]),
    (
      "\u{1B}[200~a\n\u{1}\u{1B}[201~b",
      [
        .pasted(KeyPress(.a)), .pasted(KeyPress(.enter)), .pasted(KeyPress(.a, .control)),
        .key(KeyPress(.b)),
      ]
    ),
    // Answers and reports that nobody asked for type nothing.
    ("\u{1B}[?62;22c\u{1B}[I\u{1B}[99~a", [.key(KeyPress(.a))]),
  ]

  @Test(arguments: sequences)
  func `a sequence is one key`(bytes: String, inputs: [Input]) {
    var decoder = KeyDecoder()
    #expect(decoder.decode(bytes.utf8) == inputs)
    #expect(!decoder.isIncomplete)
  }

  @Test(arguments: sequences)
  func `a sequence that comes byte by byte is the same key`(bytes: String, inputs: [Input]) {
    var decoder = KeyDecoder()
    var found: [Input] = []
    for byte in bytes.utf8 { found += decoder.decode([byte]) }
    #expect(found == inputs)
    #expect(!decoder.isIncomplete)
  }

  @Test(arguments: [
    ("\u{1B}", [Input.key(KeyPress(.escape))]),
    ("\u{1B}[", [.key(KeyPress(.leftBracket, .alt))]),
    ("\u{1B}O", [.key(KeyPress(.o, [.shift, .alt]))]),
    ("\u{1B}\u{1B}", [.key(KeyPress(.escape)), .key(KeyPress(.escape))]),
  ])
  func `a sequence that does not go on is what was typed`(bytes: String, inputs: [Input]) {
    var decoder = KeyDecoder()
    let first = decoder.decode(bytes.utf8)
    #expect(decoder.isIncomplete)
    #expect(first + decoder.flush() == inputs)
    #expect(!decoder.isIncomplete)
  }

  @Test func `any bytes at all are decoded to an end`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        Bool.random(using: &random)
          ? UInt8.random(in: 0...255, using: &random)
          : [0x1B, 0x5B, 0x4F, 0x3B, 0x7E, 0x31].randomElement(using: &random) ?? 0
      }
      var decoder = KeyDecoder()
      _ = decoder.decode(bytes)
      _ = decoder.flush()
      #expect(!decoder.isIncomplete, "\(bytes)")
    }
  }
}
