// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

@testable import Monitor

/// JSON as RFC 8259 has it.
@Suite struct JSONWriterTests {
  private func written(_ body: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    body(&json)
    return String(decoding: json.take(), as: UTF8.self)
  }

  @Test func `commas stand between values, and nowhere else`() {
    let text = written { json in
      json.object { json in
        json.write(UInt64(1), "a")
        json.array("b") { json in
          json.write(true)
          json.object { _ in }
          json.array { _ in }
        }
        json.object("c") { json in json.write("", "d") }
        json.write(hex: 0x1f, "e")
      }
      json.endLine()
      json.array { _ in }
    }
    #expect(text == #"{"a":1,"b":[true,{},[]],"c":{"d":""},"e":"0x1f"}"# + "\n[]")
  }

  @Test(
    arguments: [
      "", "plain", #"a "quoted" \ word"#, "\u{0}\u{1}\u{1f}\u{7f}", "tab\tline\nreturn\r", "äß∞😀",
      "\u{2028}</script>", String(repeating: "x", count: 5000),
    ])
  func `a text is read back as it was`(_ text: String) throws {
    let line = written { $0.array { $0.write(text) } }
    let read = try JSONSerialization.jsonObject(with: Data(line.utf8))
    #expect(read as? [String] == [text])
  }

  @Test(arguments: [0, 1, 9, 10, 99, 100, 1_234_567, UInt64.max])
  func `numbers are as Swift writes them`(_ number: UInt64) {
    #expect(written { $0.write(number) } == "\(number)")
    #expect(written { $0.write(hex: number) } == "\"0x\(String(number, radix: 16))\"")
  }

  @Test func `bytes are two digits each`() {
    #expect(written { $0.write([0x0f, 0x0b, 0xff, 0x00] as [UInt8]) } == "\"0f0bff00\"")
  }
}
