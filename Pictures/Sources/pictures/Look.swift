// SPDX-License-Identifier: GPL-2.0-or-later

/// A colour, each part from 0 to 1.
struct Paint: Equatable {
  var red: Double
  var green: Double
  var blue: Double

  init(_ rgb: UInt32) {
    red = Double(rgb >> 16 & 0xFF) / 255
    green = Double(rgb >> 8 & 0xFF) / 255
    blue = Double(rgb & 0xFF) / 255
  }

  /// Half of it, half of another one.
  func mixed(with other: Paint) -> Paint {
    var result = self
    result.red = (red + other.red) / 2
    result.green = (green + other.green) / 2
    result.blue = (blue + other.blue) / 2
    return result
  }
}

/// What SGR makes of a cell, in a terminal with a dark background.
struct Look: Equatable {
  var ink = Self.ink
  var paper = Self.paper
  var isBold = false

  static let ink = Paint(0xD4D4D4)
  static let paper = Paint(0x1B1D22)

  // swift-format-ignore
  private static let palette: [UInt32] = [
    0x2B2D33, 0xF2777A, 0x8CC98C, 0xE5C07B, 0x6FA8DC, 0xC69AD6, 0x66C7C7, 0xD4D4D4,
    0x7A7D85, 0xFF8F92, 0xA6E0A6, 0xF5D69A, 0x8FC1F2, 0xDDB6EA, 0x86E0E0, 0xFFFFFF,
  ]

  /// The look of a cell with these parameters behind a reset (ECMA-48 §8.3.117).
  init(_ parameters: [Int]) {
    var isFaint = false
    var isReverse = false
    var rest = parameters[...]
    while let parameter = rest.popFirst() {
      switch parameter {
      case 1: isBold = true
      case 2: isFaint = true
      case 7: isReverse = true
      case 30...37: ink = Self.sixteen(parameter - 30)
      case 90...97: ink = Self.sixteen(parameter - 90 + 8)
      case 40...47: paper = Self.sixteen(parameter - 40)
      case 100...107: paper = Self.sixteen(parameter - 100 + 8)
      case 38: ink = Self.direct(&rest) ?? ink
      case 48: paper = Self.direct(&rest) ?? paper
      default: break
      }
    }
    if isReverse { swap(&ink, &paper) }
    if isFaint { ink = ink.mixed(with: paper) }
  }

  private static func sixteen(_ number: Int) -> Paint { Paint(palette[number]) }

  /// `2;red;green;blue`, which is all that is asked for here.
  private static func direct(_ rest: inout ArraySlice<Int>) -> Paint? {
    guard rest.count >= 4, rest.removeFirst() == 2 else { return nil }
    let parts = rest.prefix(3).map { UInt32(clamping: $0) & 0xFF }
    rest.removeFirst(3)
    return Paint(parts[0] << 16 | parts[1] << 8 | parts[2])
  }
}
