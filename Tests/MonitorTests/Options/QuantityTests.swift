// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Monitor

@Suite struct QuantityTests {
  @Test(arguments: [
    ("0", 0), ("42", 42), ("1_000_000", 1_000_000), ("0x1000", 4096), ("0XfF_ff", 65535),
    ("18446744073709551615", UInt64.max),
  ])
  func `a number in any of its spellings has its value`(text: String, value: UInt64) throws {
    #expect(try Quantity.number(text) == value)
  }

  @Test(arguments: ["", "_1", "1_", "0x", "0x_1", "-1", "+1", "1.5", "12X", "0xg", "١", " 1"])
  func `what is no number is refused`(text: String) {
    #expect(throws: OptionError.notANumber(text)) { try Quantity.number(text) }
  }

  @Test func `a number beyond 64 bits is refused as too large`() {
    #expect(throws: OptionError.tooLarge("0x10000000000000000")) {
      try Quantity.number("0x10000000000000000")
    }
  }

  @Test(arguments: [
    ("65536", 65536), ("512K", 512 << 10), ("128M", 128 << 20), ("4g", 4 << 30),
    ("0x10M", 16 << 20), ("1_024k", 1 << 20),
  ])
  func `a size counts in powers of 1024`(text: String, bytes: UInt64) throws {
    #expect(try Quantity.size(text) == bytes)
  }

  @Test(arguments: [
    ("", OptionError.notASize("")), ("M", .notASize("M")), ("12X", .notASize("12X")),
    ("1.5G", .notASize("1.5G")), ("12MB", .notASize("12MB")),
    ("17179869184G", .tooLarge("17179869184G")),
    ("99999999999999999999K", .tooLarge("99999999999999999999K")),
  ])
  func `a size that is none is refused`(text: String, error: OptionError) {
    #expect(throws: error) { try Quantity.size(text) }
  }

  @Test(arguments: [
    ("10", Duration.seconds(10)), ("0.5", .milliseconds(500)), (".25", .milliseconds(250)),
    ("1.", .seconds(1)), ("0.000000001", .nanoseconds(1)),
  ])
  func `seconds go down to nanoseconds`(text: String, span: Duration) throws {
    #expect(try Quantity.seconds(text) == span)
  }

  @Test(arguments: ["", ".", "-1", "1e3", "1.2.3", "0.0000000001", "1_0", "now"])
  func `what is no span of seconds is refused`(text: String) {
    #expect(throws: OptionError.notSeconds(text)) { try Quantity.seconds(text) }
  }

  @Test func `a span of more than a billion seconds is refused`() {
    #expect(throws: OptionError.tooLarge("1000000001")) { try Quantity.seconds("1000000001") }
  }
}
