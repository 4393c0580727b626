// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// How many colours a terminal is given.
public enum ColorDepth: Equatable, Sendable {
  /// None: bold and reverse only.
  case none
  /// The 16 of the terminal's own palette.
  case sixteen
  /// The 6 x 6 x 6 cube of xterm-256color.
  case cube
  /// Eight bits each of red, green and blue.
  case full

  /// What the environment asks for on a terminal.
  ///
  /// `NO_COLOR` (no-color.org) wins over `FORCE_COLOR` (force-color.org), and both over what `TERM`
  /// and `COLORTERM` say of the terminal.
  public init(environment: [String: String]) {
    if !(environment["NO_COLOR"] ?? "").isEmpty {
      self = .none
    } else if let forced = Self.forced(by: environment) {
      self = forced
    } else if ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") {
      self = .full
    } else if (environment["TERM"] ?? "").contains("256color") {
      self = .cube
    } else {
      self = .sixteen
    }
  }

  /// The colours that `FORCE_COLOR` asks for, terminal or not; nil if it is not set or `NO_COLOR` is.
  public static func forced(by environment: [String: String]) -> ColorDepth? {
    guard (environment["NO_COLOR"] ?? "").isEmpty, let force = environment["FORCE_COLOR"] else {
      return nil
    }
    switch force {
    case "", "0", "false": return nil
    case "2": return .cube
    case "3": return .full
    default: return .sixteen
    }
  }
}

/// What a cell of the terminal looks like, apart from its character.
struct Style: Hashable {
  /// The colours of the guest's screen; nil for the terminal's own pair.
  var colors: ColorCode?
  /// A colour of the terminal's own palette for the characters, as SGR counts: 30...37 and 90...97.
  var ink: Int?
  var bold = false
  var faint = false
  var blink = false
  var reverse = false

  /// The terminal's own colours.
  static let plain = Style()

  /// What SGR has to be told after a reset, none for `plain`.
  func parameters(_ depth: ColorDepth) -> [Int] {
    var bold = bold
    var reverse = reverse
    var parameters: [Int] = []
    if let colors {
      switch depth {
      case .none:
        // A bar or a box of colour is still seen as one.
        bold = colors.foreground.rawValue >= 8
        reverse = colors.background != .black
      case .sixteen:
        parameters = [
          Self.sixteen(colors.foreground, base: 30), Self.sixteen(colors.background, base: 40),
        ]
      case .cube:
        parameters = [38, 5, Self.cube(colors.foreground), 48, 5, Self.cube(colors.background)]
      case .full:
        let (front, back) = (Self.full(colors.foreground), Self.full(colors.background))
        parameters = [38, 2] + front + [48, 2] + back
      }
    }
    if let ink, depth != .none { parameters.append(ink) }
    return (bold ? [1] : []) + (faint ? [2] : []) + (blink ? [5] : []) + (reverse ? [7] : [])
      + parameters
  }

  /// SGR 30...37 and 90...97 count red, green, blue from bit 0; the VGA counts blue, green, red.
  private static func sixteen(_ color: Color, base: Int) -> Int {
    let bits = Int(color.rawValue)
    let swapped = (bits & 1) << 2 | bits & 2 | (bits & 4) >> 2
    return base + swapped + (bits & 8 == 0 ? 0 : 60)
  }

  /// The cube's steps are 0, 95, 135, 175, 215, 255; the VGA's 0, 85, 170, 255 come near four.
  private static func cube(_ color: Color) -> Int {
    let step = [0, 1, 3, 5]
    let parts = full(color).map { step[$0 / 0x55] }
    return 16 + 36 * parts[0] + 6 * parts[1] + parts[2]
  }

  private static func full(_ color: Color) -> [Int] {
    [Int(color.rgb.red), Int(color.rgb.green), Int(color.rgb.blue)]
  }
}
