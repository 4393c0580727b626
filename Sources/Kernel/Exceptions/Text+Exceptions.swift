// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension Text {
  /// The letters of `text` as capitals, as far as they are ASCII.
  mutating func appendInterpolation(capitals text: String) {
    _ = text.utf8.withContiguousStorageIfAvailable { bytes in
      for byte in bytes { append(0x61...0x7A ~= byte ? byte - 0x20 : byte) }  // "a"..."z"
    }
  }

  /// What stopped an access, in the words of X86: `write, page not present, in supervisor mode`.
  mutating func appendInterpolation(_ code: PageFaultErrorCode) {
    let bits = PageFaultErrorCode.bits
    var isFirst = true
    for index in bits.indices {
      let bit = bits[index]
      // A fetch counts as a read, and says so by a bit of its own.
      if bit.bit == .write && code.contains(.fetch) { continue }
      let words = code.contains(bit.bit) ? bit.set : bit.clear
      guard words.utf8.count > 0 else { continue }
      if !isFirst { appendLiteral(", ") }
      isFirst = false
      appendInterpolation(words)
    }
  }

  /// The descriptor that was at fault.
  mutating func appendInterpolation(_ code: SelectorErrorCode) {
    if let table = code.table {
      appendInterpolation("\(table.rawValue) entry \(code.index)" as Text)
    } else {
      appendLiteral("no descriptor is at fault")
    }
    if code.isExternal { appendLiteral(", while an event was delivered") }
  }
}
