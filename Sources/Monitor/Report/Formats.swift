// SPDX-License-Identifier: GPL-2.0-or-later

extension UInt64 {
  /// In decimal, digits in groups of three: `1_234_567`.
  var grouped: String {
    var text = ""
    for (index, digit) in String(self).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append("_") }
      text.append(digit)
    }
    return String(text.reversed())
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
