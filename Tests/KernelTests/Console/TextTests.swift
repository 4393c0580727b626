// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Kernel

@Suite struct TextTests {
  @Test(
    arguments: [
      ("\(0)", "0"), ("\(42)", "42"), ("\(-7)", "-7"),
      ("\(Int8.min)", "-128"), ("\(UInt8.max)", "255"),
      ("\(Int.min)", "-9223372036854775808"), ("\(UInt64.max)", "18446744073709551615"),
      ("[\(7, width: 4)]", "[   7]"), ("[\(-7, width: 4)]", "[  -7]"),
      ("[\(12345, width: 4)]", "[12345]"), ("[\(-123, width: 4)]", "[-123]"),
    ] as [(Text, String)])
  func integersAreDecimal(text: Text, expected: String) { #expect(String(text) == expected) }

  @Test(
    arguments: [
      ("\(hex: 0)", "0x0"), ("\(hex: 0xB8000)", "0xb8000"),
      ("\(hex: UInt64.max)", "0xffffffffffffffff"),
      ("\(hex: 0x2F, digits: 4)", "0x002f"), ("\(hex: 0x12345, digits: 4)", "0x12345"),
      ("\(hex: -16)", "-0x10"), ("\(hex: UInt8(9), digits: 2)", "0x09"),
      ("\(PhysAddr(0x10_0000))", "0x100000"),
      ("\(VirtAddr(0xFFFF_8000_0000_0000))", "0xffff800000000000"),
    ] as [(Text, String)])
  func hexadecimalsAndAddressesHaveAPrefix(text: Text, expected: String) {
    #expect(String(text) == expected)
  }

  @Test(
    arguments: [
      ("\(true) \(false)", "true false"), ("\("=", times: 3)>", "===>"), ("\("x", times: 0)", ""),
      ("\(StaticString("static"))", "static"), ("<\("inner \(1)" as Text)>", "<inner 1>"),
      ("Ä€🙂", "Ä€🙂"), ("\("█", times: 2)", "██"), ("", ""),
    ] as [(Text, String)])
  func otherValuesShowAsTheyAre(text: Text, expected: String) { #expect(String(text) == expected) }

  @Test func textThatIsTooLongEndsWithASquare() {
    let full: Text = "\("x", times: Text.capacity)"
    #expect(full.count == 512)
    #expect(String(full) == String(repeating: "x", count: 512))

    var last: Text.Element?
    var count = 0
    ("\(full)y" as Text).forEach {
      last = $0
      count += 1
    }
    #expect(count == 512)
    #expect(last == .invalid)
  }
}
