// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// `demo=font`: the 256 glyphs of code page 437 and the 256 attributes, side by side.
enum FontDemo {
  /// Prints both tables, 16 rows of 16.
  static func show() {
    Console.print("       code page 437                          background, foreground")
    let digits: Text = "0 1 2 3 4 5 6 7 8 9 a b c d e f"
    Console.print("       \(digits)        \(digits)")
    for row in UInt8(0)..<16 {
      var line: Text = "  \(hex: row)  \(color: .white)"
      for column in UInt8(0)..<16 {
        line.appendInterpolation(CP437.scalar(of: row << 4 | column))
        line.appendLiteral(" ")
      }
      line.append(.standard)
      line.appendInterpolation("  \(hex: row)  ")
      for column in UInt8(0)..<16 {
        line.append(ColorCode(rawValue: row << 4 | column))
        line.appendLiteral("x ")
      }
      Console.print(line)
    }
  }
}
