// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Testing

@testable import Monitor

@Suite struct ByteMatcherTests {
  @Test func `matches end where a plain search says, for random texts of two letters`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      func text(_ count: ClosedRange<Int>) -> [UInt8] {
        (0..<Int.random(in: count, using: &random)).map { _ in .random(in: 0...1, using: &random) }
      }
      let pattern = text(1...6)
      let bytes = text(0...60)
      var matcher = ByteMatcher(pattern)
      for end in bytes.indices {
        let isEnd = bytes[...end].suffix(pattern.count).elementsEqual(pattern)
        #expect(matcher.take(bytes[end]) == isEnd, "\(pattern) in \(bytes) at \(end)")
      }
    }
  }

  @Test func `a text is found on the screen in a row and wrapped, not across other text`() throws {
    var screen = TextScreen.blank
    screen.put("login:", row: 3, column: 77)
    let finder = try #require(ScreenFinder("login:"))
    #expect(finder.isFound(on: screen))
    screen.put("x", row: 4, column: 0)
    #expect(!finder.isFound(on: screen))
  }

  @Test func `glyphs of the code page are found by their characters`() throws {
    var screen = TextScreen.blank
    screen.cells[5] = 0x0701
    screen.cells[6] = 0x0700
    screen.cells[7] = 0x07E1
    #expect(try #require(ScreenFinder("☺ ß")).isFound(on: screen))
    #expect(ScreenFinder("漢") == nil)
  }
}
