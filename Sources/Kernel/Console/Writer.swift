// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Writes text the way a teletype does: always in the last row, which moves up when it is full.
struct Writer {
  private let screen: Screen

  /// Where the next character goes in the last row. 80 after a full row: the row moves up only when
  /// a character follows, so that a line of exactly 80 characters takes one row and not two.
  private(set) var column = 0

  /// A writer on `screen`, at the start of the last row; what the screen shows stays.
  init(on screen: Screen) { self.screen = screen }

  /// Writes `text`, in `color` until it asks for another one.
  ///
  /// A newline moves the screen up by one row, a backspace erases a character. What code page 437 lacks, and bytes that are not
  /// UTF-8, show as ■.
  mutating func write(_ text: Text, color: ColorCode) {
    var color = color
    text.forEach { element in
      switch element {
      case .character("\n"): startRow()
      case .character("\u{8}"): erase()
      case .character(let scalar): put(TextCell(CP437.byte(for: scalar) ?? CP437.unknown, color))
      case .invalid: put(TextCell(CP437.unknown, color))
      case .color(let code): color = code
      }
    }
  }

  /// Moves the screen's cursor to where the next character goes.
  func moveCursor() {
    screen.moveCursor(row: lastRow, column: min(column, VGAText.columns - 1))
  }

  private mutating func put(_ cell: TextCell) {
    if column == VGAText.columns { startRow() }
    screen[lastRow, column] = cell
    column += 1
  }

  /// Takes the last character of the row back, if there is one.
  private mutating func erase() {
    guard column > 0 else { return }
    column -= 1
    screen[lastRow, column] = .blank
  }

  private mutating func startRow() {
    screen.scroll()
    column = 0
  }

  private var lastRow: Int { VGAText.rows - 1 }
}
