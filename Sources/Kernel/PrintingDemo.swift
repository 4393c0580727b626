// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// `demo=printing`: what `print` can do, a line or two for each.
enum PrintingDemo {
  /// Prints them.
  static func show() {
    heading("Numbers")
    Console.print("\(42) \(-7) \(UInt64.max) \(Int64.min)")
    Console.print("right aligned: [\(7, width: 4)] [\(-7, width: 4)] [\(12345, width: 4)]")
    Console.print("hexadecimal:   \(hex: 48879) \(hex: 48879, digits: 8) \(hex: UInt64.max)")
    Console.print("booleans:      \(true) \(false)")
    Console.print("addresses:     \(VGAText.memory) \(VirtAddr(0xFFFF_8000_0000_0000))")
    heading("Letters")
    Console.print("Straße, naïve, Ωμέγα, 0 °C, 1 € = ? – what the font lacks is a ■")
    heading("Colours")
    for color in Color.allCases {
      Console.print(" \(color.name) ", color: ColorCode(color), terminator: "")
    }
    Console.print("")
    Console.print("a \(color: .white, on: .red) word \(color: .lightGray) in a line")
    heading("A row of 81 characters wraps")
    for column in 0..<81 { Console.print("\(column % 10)", terminator: "") }
    Console.print("")
    heading("A print inside a print")
    Console.print("outer: the inner one returned \(inner())")
  }

  private static func heading(_ text: StaticString) {
    Console.print("\(text)", color: ColorCode(.yellow))
  }

  private static func inner() -> Int {
    Console.print("inner: printed while the outer line was being made")
    return 42
  }
}
