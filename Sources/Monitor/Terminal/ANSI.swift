// SPDX-License-Identifier: GPL-2.0-or-later

/// The escape sequences that kemu writes, all of them.
///
/// Sources: ECMA-48, 5th edition, §8.3 (CUP, CUU, CUF, SGR, ED, EL); XTerm Control Sequences, "DEC Private
/// Mode Set" and "Set cursor style (DECSCUSR)"; synchronized output is mode 2026, which terminals
/// that lack it ignore.
enum ANSI {
  /// What a live session starts with: the alternate screen, empty, without a cursor; no wrapping at
  /// the last column, or the last cell would scroll the screen; pasted text marked as such.
  static let enter = "\u{1B}[?1049h\u{1B}[?7l\u{1B}[?2004h\u{1B}[?25l\u{1B}[0m\u{1B}[2J"

  /// Undoes `enter`, in whatever state the terminal is.
  static let leave =
    "\u{1B}[?2026l\u{1B}[0m\u{1B}[0 q\u{1B}[?2004l\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

  static let beginFrame = "\u{1B}[?2026h"
  static let endFrame = "\u{1B}[?2026l"
  static let clear = "\u{1B}[0m\u{1B}[2J"
  static let resetStyle = "\u{1B}[0m"
  static let hideCursor = "\u{1B}[?25l"
  static let showCursor = "\u{1B}[?25h"

  /// Goes up a line and empties it.
  static let eraseLineAbove = "\u{1B}[A\r\u{1B}[2K"

  /// Moves to `row` and `column`, both from 0.
  static func move(row: Int, column: Int) -> String { "\u{1B}[\(row + 1);\(column + 1)H" }

  /// Moves `count` columns to the right.
  static func forward(_ count: Int) -> String { "\u{1B}[\(count == 1 ? "" : String(count))C" }

  /// Sets colours and attributes from SGR parameters.
  static func style(_ parameters: [Int]) -> String {
    "\u{1B}[\(parameters.map(String.init).joined(separator: ";"))m"
  }

  static func cursorShape(_ shape: CursorShape) -> String {
    switch shape {
    case .block: "\u{1B}[1 q"
    case .underline: "\u{1B}[3 q"
    }
  }
}

/// The shapes of a cursor that terminals and the VGA have in common; both blink.
enum CursorShape: Equatable {
  case block, underline

  /// The shape that comes nearest to these lit lines of a 16-line cell.
  init(lines: ClosedRange<Int>) { self = lines.count > 8 ? .block : .underline }
}
