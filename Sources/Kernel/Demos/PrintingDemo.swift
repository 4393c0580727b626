// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// `demo=printing`: what `print` can do, a line or two for each.
enum PrintingDemo {
  /// Prints them.
  static func show() {
    Console.printHeading("Numbers")
    Console.print("\(42) \(-7) \(UInt64.max) \(Int64.min)")
    Console.print("right aligned: [\(7, width: 4)] [\(-7, width: 4)] [\(12345, width: 4)]")
    Console.print("hexadecimal:   \(hex: 48879) \(hex: 48879, digits: 8) \(hex: UInt64.max)")
    Console.print("booleans:      \(true) \(false)")
    Console.print("addresses:     \(VGAText.memory) \(VirtAddr(0xFFFF_8000_0000_0000))")
    Console.printHeading("Letters")
    Console.print("Straße, naïve, 20 °C, π ≈ 3, 5 €: what the font lacks shows as ■")
    Console.printHeading("Colours")
    for color in Color.allCases {
      let isLastInRow = color.rawValue % 8 == 7
      Console.print(
        "\(color.name)  ", color: ColorCode(color),
        terminator: "\("\n", times: isLastInRow ? 1 : 0)")
    }
    Console.print("one \(color: .white, on: .red) word \(color: .lightGray) in the middle")
    Console.printHeading("A row of 81 characters wraps")
    for column in 0..<81 { Console.print("\(column % 10)", terminator: "") }
    Console.print("")
    Console.printHeading("A print inside a print")
    Console.print("outer: the inner one returned \(inner())")
  }

  private static func inner() -> Int {
    Console.print("inner: printed while the outer line was being made")
    return 42
  }
}
