// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Kernel

/// A writer on a screen of the test's own.
private struct Subject {
  let fake = FakeScreen()
  var writer: Writer

  init() throws { writer = Writer(on: try #require(fake.screen)) }
}

@Suite struct WriterTests {
  @Test func textStartsAtTheLeftOfTheLastRow() throws {
    var subject = try Subject()
    subject.writer.write("Hi", color: ColorCode(.lightGreen))
    #expect(subject.fake.cell(24, 0).bits == 0x0A48)
    #expect(subject.fake.cell(24, 1).bits == 0x0A69)
    #expect(subject.fake.cell(24, 2) == FakeScreen.filling)
    #expect(subject.fake.cell(23, 0) == FakeScreen.filling)
    #expect(subject.writer.column == 2)
  }

  @Test func newlineMovesEveryRowUpAndBlanksTheLast() throws {
    var subject = try Subject()
    for number in 0..<25 { subject.writer.write("\(number)\n", color: .standard) }
    #expect(subject.fake.lines(from: 0) == (1..<25).map { "\($0)" } + [""])
    #expect(subject.fake.colors(24) == Array(repeating: .standard, count: 80))
    #expect(subject.writer.column == 0)
  }

  @Test(arguments: [
    // characters, newline after them, rows up, column
    (79, false, 0, 79), (80, false, 0, 80), (81, false, 1, 1), (160, false, 1, 80),
    (161, false, 2, 1), (79, true, 1, 0), (80, true, 1, 0), (81, true, 2, 0),
  ])
  func rowWrapsOnlyWhenAnotherCharacterFollows(
    length: Int, newline: Bool, rowsUp: Int, column: Int
  ) throws {
    var subject = try Subject()
    subject.writer.write("\n", color: .standard)
    subject.writer.write(
      "\("x", times: length)\("\n", times: newline ? 1 : 0)", color: .standard)
    #expect(subject.writer.column == column)
    let written = subject.fake.lines(from: 0).joined().filter { $0 == "x" }.count
    #expect(written == length)
    #expect(subject.fake.text(24 - rowsUp).hasPrefix("xxx"))
    #expect(!subject.fake.text(23 - rowsUp).contains("x"))
  }

  @Test func colorMarksChangeTheColorAndTakeNoCell() throws {
    var subject = try Subject()
    subject.writer.write(
      "a\(color: .yellow, on: .blue)b\(color: .red)c", color: ColorCode(.white))
    #expect(subject.fake.cell(24, 0) == TextCell(0x61, ColorCode(rawValue: 0x0F)))
    #expect(subject.fake.cell(24, 1) == TextCell(0x62, ColorCode(rawValue: 0x1E)))
    #expect(subject.fake.cell(24, 2) == TextCell(0x63, ColorCode(rawValue: 0x04)))
    #expect(subject.writer.column == 3)
  }

  @Test(
    arguments: [
      ("A", [0x41]), ("ä", [0x84]), ("é", [0x82]), ("☺", [0x01]), ("◙", [0x0A]), ("█", [0xDB]),
      ("€", [0xFE]), ("日本", [0xFE, 0xFE]), ("🙂", [0xFE]), ("\t", [0xFE]), ("\r", [0xFE]),
      ("\u{7F}", [0xFE]), ("e\u{301}", [0x65, 0xFE]),
    ] as [(String, [UInt8])])
  func characterBecomesItsGlyphOrASquare(text: String, glyphs: [UInt8]) throws {
    var subject = try Subject()
    subject.writer.write(text.asText, color: .standard)
    #expect((0..<glyphs.count).map { subject.fake.cell(24, $0).character } == glyphs)
    #expect(subject.writer.column == glyphs.count)
  }

  @Test(
    arguments: [
      ([0x41, 0xFF, 0x42], "A■B"), ([0xE2, 0x82], "■"), ([0xC3], "■"), ([0x80, 0x41], "■A"),
      ([0xED, 0xA0, 0x80], "■■■"), ([0xF8], "■"),
    ] as [([UInt8], String)])
  func bytesThatAreNotUTF8BecomeSquares(bytes: [UInt8], shown: String) throws {
    var subject = try Subject()
    var text: Text = ""
    bytes.withUnsafeBytes { text.append($0) }
    subject.writer.write(text, color: .standard)
    #expect(subject.fake.text(24).prefix(subject.writer.column) == shown)
  }
}

extension String {
  fileprivate var asText: Text {
    var text: Text = ""
    Array(utf8).withUnsafeBytes { text.append($0) }
    return text
  }
}
