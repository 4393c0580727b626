// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Writes JSON (RFC 8259), a piece after the other, into bytes.
///
/// It sets the commas; that brackets match and values have their keys is for the caller to see to. A copy shares
/// what was written: only one of them may go on.
struct JSONWriter {
  /// Finds the source line of an instruction.
  var lines: (VirtAddr) -> SourceLine? = { _ in nil }
  /// Gives the memory back.
  private final class Memory {
    let base: UnsafeMutablePointer<UInt8>
    init(_ capacity: Int) { base = .allocate(capacity: capacity) }
    deinit { base.deallocate() }
  }

  private var memory: Memory
  private var capacity = 512
  /// How much was written.
  private var count = 0
  /// Whether a value stands before what comes next.
  private var needsComma = false

  init() { memory = Memory(capacity) }

  /// What was written since the last time.
  mutating func take() -> [UInt8] {
    defer { count = 0 }
    return Array(UnsafeBufferPointer(start: memory.base, count: count))
  }

  /// Gives `body` what was written since the last time, and keeps the room for what will be.
  mutating func drain(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    body(UnsafeBufferPointer(start: memory.base, count: count))
    count = 0
  }

  /// Ends a line, and with it a value of its own.
  mutating func endLine() {
    append(UInt8(ascii: "\n"))
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
    append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { raw in
      // Nearly all texts need no escapes.
      if raw.allSatisfy({ !Self.isEscaped($0) }) {
        append(raw)
      } else {
        for byte in raw { escape(byte) }
      }
    }
    append(UInt8(ascii: "\""))
  }

  /// A text of ours, which needs no escapes.
  mutating func write(plain text: StaticString, _ key: StaticString? = nil) {
    separate(key)
    append(UInt8(ascii: "\""))
    append(text)
    append(UInt8(ascii: "\""))
  }

  /// A number.
  mutating func write(_ number: UInt64, _ key: StaticString? = nil) {
    separate(key)
    var divisor: UInt64 = 1
    while number / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
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
    let digits = number == 0 ? 1 : (67 - number.leadingZeroBitCount) / 4
    let place = reserve(digits)
    for index in 0..<digits {
      let digit = UInt8(truncatingIfNeeded: number >> UInt64(4 * (digits - 1 - index)) & 0xf)
      place[index] = Self.digit(digit)
    }
    append(UInt8(ascii: "\""))
  }

  /// Bytes as a text in hexadecimal, two digits each: `"0f0b"`.
  mutating func write(_ raw: some Sequence<UInt8>, _ key: StaticString? = nil) {
    separate(key)
    append(UInt8(ascii: "\""))
    for byte in raw {
      append(Self.digit(byte >> 4))
      append(Self.digit(byte & 0xf))
    }
    append(UInt8(ascii: "\""))
  }

  // MARK: - Pieces

  private mutating func begin(_ bracket: UInt8, _ key: StaticString?) {
    separate(key)
    append(bracket)
    needsComma = false
  }

  private mutating func end(_ bracket: UInt8) {
    append(bracket)
    needsComma = true
  }

  private mutating func separate(_ key: StaticString?) {
    if needsComma { append(UInt8(ascii: ",")) }
    needsComma = true
    guard let key else { return }
    append(UInt8(ascii: "\""))
    append(key)
    append("\":")
  }

  private mutating func append(_ text: StaticString) {
    // SAFETY: the bytes of a literal are there for ever.
    append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @inline(__always)
  private mutating func append(_ raw: UnsafeBufferPointer<UInt8>) {
    guard let source = raw.baseAddress else { return }
    reserve(raw.count).update(from: source, count: raw.count)
  }

  @inline(__always)
  private mutating func append(_ byte: UInt8) { reserve(1).pointee = byte }

  /// Room for so many bytes, which are taken for written.
  @inline(__always)
  private mutating func reserve(_ more: Int) -> UnsafeMutablePointer<UInt8> {
    if count + more > capacity { grow(more) }
    defer { count += more }
    return memory.base + count
  }

  private mutating func grow(_ more: Int) {
    capacity = max(2 * capacity, count + more)
    let larger = Memory(capacity)
    larger.base.update(from: memory.base, count: count)
    memory = larger
  }

  /// A byte of a text: what RFC 8259 §7 "Strings" wants escaped is `"`, `\` and all below a blank.
  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      append(UInt8(ascii: "\\"))
      append(byte)
    case UInt8(ascii: "\n"): append("\\n")
    case UInt8(ascii: "\t"): append("\\t")
    case 0..<0x20:
      append("\\u00")
      append(Self.digit(byte >> 4))
      append(Self.digit(byte & 0xf))
    default: append(byte)
    }
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
