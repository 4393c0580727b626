// SPDX-License-Identifier: GPL-2.0-or-later

/// Turns text with the colours of traces and reports back into cells, for views that show it in a part of
/// the terminal.
///
/// It understands what kemu writes there: SGR with reset, bold, faint, and the 16 colours of characters
/// (ECMA-48 §8.3.117; 90...97 as XTerm has them). Other sequences are left out of the cells.
enum StyledText {
  /// The cells of each line, which a line feed ends.
  static func lines(_ text: String) -> [[Cell]] {
    var lines: [[Cell]] = []
    var line: [Cell] = []
    var style = Style.plain
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\n":
        lines.append(line)
        line = []
      case "\u{1B}": apply(sequence(&scalars), to: &style)
      default: line.append(Cell(scalar, style))
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// The same text without them.
  static func plain(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    for line in lines(text) {
      plain.append(contentsOf: line.lazy.map(\.scalar))
      plain.append("\n")
    }
    return String(plain)
  }

  /// The parameters of the control sequence behind an ESC; none if it is not SGR.
  private static func sequence(_ scalars: inout Substring.UnicodeScalarView) -> [Int] {
    guard scalars.first == "[" else { return [] }
    scalars.removeFirst()
    var body = ""
    while let scalar = scalars.popFirst() {
      if ("\u{40}"..."\u{7E}").contains(scalar) {
        guard scalar == "m" else { return [] }
        return body.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
      }
      body.unicodeScalars.append(scalar)
    }
    return []
  }

  private static func apply(_ parameters: [Int], to style: inout Style) {
    for parameter in parameters {
      switch parameter {
      case 0: style = .plain
      case 1: style.bold = true
      case 2: style.faint = true
      case 30...37, 90...97: style.ink = parameter
      default: break
      }
    }
  }
}
