// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Writes JSON (RFC 8259), a piece after the other, into bytes.
///
/// It sets the commas; that brackets match and values have their keys is for the caller to see to.
struct JSONWriter {
  /// What was written.
  private(set) var bytes: [UInt8] = []
  /// Finds the source line of an instruction.
  var lines: (VirtAddr) -> SourceLine? = { _ in nil }
  /// Whether a value stands before what comes next.
  private var needsComma = false

  /// What was written since the last time.
  mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  /// Ends a line, and with it a value of its own.
  mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
    needsComma = false
  }

  /// An object, with what `body` writes inside.
  @inline(__always)
  mutating func object(_ key: StaticString? = nil, _ body: (inout JSONWriter) -> Void) {
    begin(UInt8(ascii: "{"), key)
    body(&self)
    end(UInt8(ascii: "}"))
  }

  /// An array, with what `body` writes inside.
  @inline(__always)
  mutating func array(_ key: StaticString? = nil, _ body: (inout JSONWriter) -> Void) {
    begin(UInt8(ascii: "["), key)
    body(&self)
    end(UInt8(ascii: "]"))
  }

  /// A text.
  mutating func write(_ text: String, _ key: StaticString? = nil) {
    separate(key)
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 { escape(byte) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// A text of ours, which needs no escapes.
  mutating func write(plain text: StaticString, _ key: StaticString? = nil) {
    separate(key)
    bytes.append(UInt8(ascii: "\""))
    append(text)
    bytes.append(UInt8(ascii: "\""))
  }

  /// A number.
  mutating func write(_ number: UInt64, _ key: StaticString? = nil) {
    separate(key)
    var divisor: UInt64 = 1
    while number / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }

  /// True or false.
  mutating func write(_ value: Bool, _ key: StaticString? = nil) {
    separate(key)
    append(value ? "true" : "false")
  }

  /// A number as a text in hexadecimal: `"0x1f"`.
  mutating func write(hex number: UInt64, _ key: StaticString? = nil) {
    separate(key)
    append("\"0x")
    var shift = number == 0 ? 0 : (63 - number.leadingZeroBitCount) / 4 * 4
    while shift >= 0 {
      bytes.append(Self.digit(UInt8(number >> UInt64(shift) & 0xf)))
      shift -= 4
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Bytes as a text in hexadecimal, two digits each: `"0f0b"`.
  mutating func write(_ raw: some Sequence<UInt8>, _ key: StaticString? = nil) {
    separate(key)
    bytes.append(UInt8(ascii: "\""))
    for byte in raw { bytes += [Self.digit(byte >> 4), Self.digit(byte & 0xf)] }
    bytes.append(UInt8(ascii: "\""))
  }

  // MARK: - Pieces

  private mutating func begin(_ bracket: UInt8, _ key: StaticString?) {
    separate(key)
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func end(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func separate(_ key: StaticString?) {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
    guard let key else { return }
    bytes.append(UInt8(ascii: "\""))
    append(key)
    append("\":")
  }

  private mutating func append(_ text: StaticString) {
    // SAFETY: the bytes of a literal are there for ever.
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// A byte of a text: what RFC 8259 §7 "Strings" wants escaped is `"`, `\` and all below a blank.
  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
    case UInt8(ascii: "\n"): append("\\n")
    case UInt8(ascii: "\t"): append("\\t")
    case 0..<0x20:
      append("\\u00")
      bytes += [Self.digit(byte >> 4), Self.digit(byte & 0xf)]
    default: bytes.append(byte)
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
