// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What the kernel shows without a demo.
///
/// It is 24 lines long and printed like any other text, so that the 13th, `Hello World!`, has moved
/// up to row 12 when the last one is out.
enum Welcome {
  /// Prints it.
  static func show() {
    title()
    logo()
    hello()
    palette()
    samples()
    line("It did not crash!", indent: margin, color: ColorCode(.lightGreen))
  }

  /// One line.
  private static func title() {
    let left: Text = "  kemu kernel \(version)"
    let right: Text = "x86-64, Embedded Swift  "
    let gap = VGAText.columns - left.count - right.count  // both are ASCII: a byte, a column
    line("\(left)\(" ", times: gap)\(right)", color: bar)
  }

  /// Ten lines.
  private static func logo() {
    line("")
    logoRow("██╗  ██╗ ███████╗ ███╗   ███╗ ██╗   ██╗", .lightCyan)
    logoRow("██║ ██╔╝ ██╔════╝ ████╗ ████║ ██║   ██║", .lightCyan)
    logoRow("█████╔╝  █████╗   ██╔████╔██║ ██║   ██║", .cyan)
    logoRow("██╔═██╗  ██╔══╝   ██║╚██╔╝██║ ██║   ██║", .cyan)
    logoRow("██║  ██╗ ███████╗ ██║ ╚═╝ ██║ ╚██████╔╝", .lightBlue)
    logoRow("╚═╝  ╚═╝ ╚══════╝ ╚═╝     ╚═╝  ╚═════╝ ", .lightBlue)
    line("")
    line("a PC in a terminal, for people who write kernels", indent: 16)
    line("")
  }

  /// The blocks in `color`, the lines behind them in grey, like a shadow.
  private static func logoRow(_ row: Text, _ color: Color) {
    var colored: Text = ""
    row.forEach { element in
      guard case .character(let scalar) = element else { return }
      colored.append(ColorCode(scalar == "█" ? color : .darkGray))
      colored.appendInterpolation(scalar)
    }
    line(colored, indent: 21)
  }

  /// Three lines.
  private static func hello() {
    line("╔══════════════════╗", indent: 30, color: bar)
    line("║   Hello World!   ║", indent: 30, color: bar)
    line("╚══════════════════╝", indent: 30, color: bar)
  }

  /// Five lines.
  private static func palette() {
    var swatches: Text = ""
    var numbers: Text = ""
    for color in Color.allCases {
      swatches.append(ColorCode(color))
      swatches.appendLiteral("███ ")
      numbers.appendInterpolation("\(color.rawValue, width: 2)  ")
    }
    line("")
    line(swatches, indent: margin)
    line(swatches, indent: margin)
    line(numbers, indent: margin, color: label)
    line("")
  }

  /// Four lines.
  private static func samples() {
    sample("numbers", "42  -7  \(UInt64.max)  \(hex: 0xCAFE)  \(true)  \(VGAText.memory)")
    sample("glyphs", "☺ ♥ ♫ ► ░▒▓█ Ä é ñ ß α π Σ ∞ ≈ √ ½   not in the font: €")
    sample("nested", "the outer line comes after the \(nested()) line")
  }

  private static func nested() -> StaticString {
    sample("nested", "the inner line, printed while the outer one was being made")
    return "inner"
  }

  private static func sample(_ name: StaticString, _ text: Text) {
    let gap = 10 - name.utf8CodeUnitCount
    line("\(name)\(" ", times: gap)\(color: .lightGray)\(text)", indent: margin, color: label)
  }

  private static func line(_ text: Text, indent: Int = 0, color: ColorCode = .standard) {
    var line: Text = "\(" ", times: indent)"
    line.append(color)
    line.appendInterpolation(text)
    Console.print(line)
  }

  private static let margin = 8
  private static let bar = ColorCode(.white, on: .blue)
  private static let label = ColorCode(.darkGray)
}
