// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The VGA text screen as a value: what a monitor on the guest would show.
public struct TextScreen: Equatable, Sendable {
  /// Columns of text mode 3.
  public static let columns = VGAText.columns
  /// Rows of text mode 3.
  public static let rows = VGAText.rows

  /// Scan lines of a cell in text mode 3.
  public static let linesPerCell = VGAText.cellHeight
  /// A cell as GRUB leaves the whole screen: a blank, light grey on black.
  public static let blankCell = TextCell.blank.bits

  /// The cells row by row: character (CP437) in bits 7..0, attribute in bits 15..8.
  public var cells: [UInt16]

  /// The cursor, as the CRT controller shows it.
  public var cursor: Cursor?

  /// What bit 7 of every attribute does.
  public var attributeBit7: AttributeBit7

  /// What bit 7 of an attribute does; the guest chooses (VGA attribute controller, register 0x10
  /// bit 3).
  public enum AttributeBit7: Hashable, Sendable {
    /// The character blinks, and there are 8 background colours.
    case blink
    /// The background is bright: 16 background colours.
    case brightBackground
  }

  /// A visible cursor.
  public struct Cursor: Equatable, Sendable {
    /// Row, 0...24.
    public var row: Int
    /// Column, 0...79.
    public var column: Int
    /// The scan lines of the 16-line character cell that are lit.
    public var lines: ClosedRange<Int>

    /// A cursor at `row` and `column`.
    public init(row: Int, column: Int, lines: ClosedRange<Int>) {
      self.row = row
      self.column = column
      self.lines = lines
    }
  }

  /// A screen of `cells`, 80 * 25 of them.
  public init(cells: [UInt16], cursor: Cursor?, attributeBit7: AttributeBit7 = .blink) {
    precondition(cells.count == Self.columns * Self.rows, "a text screen has 80 x 25 cells")
    self.cells = cells
    self.cursor = cursor
    self.attributeBit7 = attributeBit7
  }

  /// A screen that is switched off: black blanks and no cursor.
  public static let dark = TextScreen(
    cells: [UInt16](repeating: 0x0020, count: columns * rows), cursor: nil)
}

extension TextScreen {
  /// The cell at `row`, 0...24, and `column`, 0...79.
  public subscript(row row: Int, column column: Int) -> UInt16 {
    precondition(0..<Self.rows ~= row && 0..<Self.columns ~= column, "no such cell")
    return cells[row * Self.columns + column]
  }

  /// The characters (CP437) of `row`, 0...24, without the blanks at its end.
  public func characters(inRow row: Int) -> [UInt8] {
    let row = cells[row * Self.columns..<(row + 1) * Self.columns].map { TextCell(bits: $0) }
    return row.prefix((row.lastIndex { !$0.isBlank } ?? -1) + 1).map(\.character)
  }

  /// Whether there is no character to see on it, whatever the colours.
  public var isBlank: Bool { cells.allSatisfy { TextCell(bits: $0).isBlank } }
}
