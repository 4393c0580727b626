// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Monitor

@Suite struct TraceLogTests {
  func append(_ text: String, to log: TraceLog) {
    var text = text
    text.withUTF8 { log.append(UnsafeRawBufferPointer($0)) }
  }

  @Test func `the last lines can be had, and no more than there are`() {
    let log = TraceLog()
    #expect(log.last(3) == "")
    append("a\nb\nc", to: log)
    append("d\n", to: log)
    #expect(log.lines == 3)
    #expect(log.last(2) == "b\ncd\n")
    #expect(log.last(0) == "")
    #expect(log.last(99) == "a\nb\ncd\n")
    #expect(log.forgotten == 0)
  }

  @Test(arguments: [1, 7, 700, 5000]) func `of many lines the last are kept`(_ atOnce: Int) {
    let log = TraceLog()
    let all = (0..<10_500).map { "\($0)\n" }
    for start in stride(from: 0, to: all.count, by: atOnce) {
      append(all[start..<min(start + atOnce, all.count)].joined(), to: log)
    }
    #expect(log.lines == 10_500)
    #expect(log.forgotten == 9_500)
    #expect(log.last(.max) == all.suffix(1000).joined())
    #expect(log.last(2) == "10498\n10499\n")
  }
}
