// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension UInt64 {
  /// In decimal, digits in groups of three: `1_234_567`.
  var grouped: String {
    if self < 1000 { return String(self) }
    var text = ""
    for (index, digit) in String(self).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append("_") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// In hexadecimal, with the digits of long numbers in groups of four: `0xfd000000`,
  /// `0xffff_8000_0010_3000`.
  var groupedHex: String {
    let digits = String(self, radix: 16)
    if digits.count <= 8 { return "0x" + digits }
    var text = "0x"
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 4 == 0 { text.append("_") }
      text.append(digit)
    }
    return text
  }

  /// As a size, in the largest unit of which it is a multiple: `4 KiB`, `3 MiB`, `512 GiB`, `12 bytes`.
  var asSize: String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    let unit = self == 0 ? 0 : Swift.min(trailingZeroBitCount / 10, units.count - 1)
    return (self >> UInt64(10 * unit)).grouped + " " + units[unit]
  }
}

extension VirtAddr {
  /// As people read it: `0xffff_8000_0010_3000`.
  var text: String { value.groupedHex }
}

extension PhysAddr {
  /// As people read it: `0x10_3000_0000`.
  var text: String { value.groupedHex }
}

extension String {
  /// In lines of at most `width` characters, broken at blanks; a longer word stays whole.
  func wrapped(to width: Int) -> [String] {
    var lines = [""]
    for word in split(separator: " ", omittingEmptySubsequences: false) {
      let end = lines.count - 1
      if lines[end].isEmpty {
        lines[end] += word
      } else if lines[end].count + 1 + word.count <= width {
        lines[end] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.map { String($0.map { $0 == "\u{A0}" ? " " : $0 }) }
  }

  /// The same text that `wrapped(to:)` will not break.
  var unbroken: String { String(map { $0 == " " ? "\u{A0}" : $0 }) }

  /// Filled up with blanks to `width` characters.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

extension Duration {
  /// `10 s`, `0.5 s`.
  var inSeconds: String {
    let fraction = String(nanoseconds % 1_000_000_000 + 1_000_000_000).dropFirst()
    let significant = fraction.reversed().drop { $0 == "0" }.reversed()
    let whole = (nanoseconds / 1_000_000_000).grouped
    return whole + (significant.isEmpty ? "" : "." + String(significant)) + " s"
  }
}
