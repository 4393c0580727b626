// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What may stand between `\(` and `)`.
extension Text {
  /// The text of `value` in decimal, at least `width` characters wide, with spaces in front.
  mutating func appendInterpolation(_ value: some FixedWidthInteger, width: Int = 0) {
    append(
      digitsOf: UInt64(value.magnitude), radix: 10, sign: value < 0 ? "-" : "", width: width,
      fill: " ")
  }

  /// The text of `value` in hexadecimal, `0x` in front, at least `digits` digits.
  mutating func appendInterpolation(hex value: some FixedWidthInteger, digits: Int = 1) {
    appendLiteral(value < 0 ? "-0x" : "0x")
    append(digitsOf: UInt64(value.magnitude), radix: 16, width: digits, fill: "0")
  }

  /// Nothing; what follows is written in `foreground` on `background`.
  mutating func appendInterpolation(color foreground: Color, on background: Color = .black) {
    append(ColorCode(foreground, on: background))
  }

  /// `true` or `false`.
  mutating func appendInterpolation(_ value: Bool) { appendLiteral(value ? "true" : "false") }

  /// The address in hexadecimal.
  mutating func appendInterpolation(_ address: PhysAddr) {
    appendInterpolation(hex: address.value)
  }

  /// The address in hexadecimal.
  mutating func appendInterpolation(_ address: VirtAddr) {
    appendInterpolation(hex: address.value)
  }

  /// The characters of `text`.
  mutating func appendInterpolation(_ text: StaticString) { appendLiteral(text) }

  /// The characters of `text`.
  mutating func appendInterpolation(_ text: Text) {
    text.withBytes { append(UnsafeRawBufferPointer($0)) }
  }

  /// The characters of `text`.
  mutating func appendInterpolation(_ text: String) {
    // Byte by byte would link code for texts of other encodings, which needs a heap.
    _ = text.utf8.withContiguousStorageIfAvailable { append(UnsafeRawBufferPointer($0)) }
  }

  /// The characters of UTF-8 `bytes` that come from outside.
  mutating func appendInterpolation(_ bytes: UnsafeRawBufferPointer) { append(bytes) }

  /// The character, `times` times.
  mutating func appendInterpolation(_ scalar: Unicode.Scalar, times: Int = 1) {
    let bytes = UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
    for _ in 0..<times {
      for byte in bytes { append(byte) }
    }
  }

  /// Appends `sign` and the digits of `value`, `fill` in front up to `width` characters.
  private mutating func append(
    digitsOf value: UInt64, radix: UInt64, sign: StaticString = "", width: Int,
    fill: Unicode.Scalar
  ) {
    // 2^64 - 1 has 20 decimal digits. They come out backwards.
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var first = digits.count
    var rest = value
    repeat {
      first -= 1
      digits[first] = UInt8(truncatingIfNeeded: rest % radix)
      rest /= radix
    } while rest > 0
    let length = sign.utf8CodeUnitCount + digits.count - first
    appendInterpolation(fill, times: max(0, width - length))
    appendLiteral(sign)
    for index in first..<digits.count {
      let digit = digits[index]
      append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)  // "0"... and "a"...
    }
  }
}
