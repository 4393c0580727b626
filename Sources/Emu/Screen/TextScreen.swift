// SPDX-License-Identifier: GPL-2.0-or-later

/// The VGA text screen as a value: what a monitor on the guest would show.
public struct TextScreen: Equatable, Sendable {
  /// Columns of text mode 3.
  public static let columns = 80
  /// Rows of text mode 3.
  public static let rows = 25

  /// The cells row by row: character (CP437) in bits 7..0, attribute in bits 15..8.
  public var cells: [UInt16]

  /// The cursor, as the CRT controller shows it.
  public var cursor: Cursor?

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
  public init(cells: [UInt16], cursor: Cursor?) {
    precondition(cells.count == Self.columns * Self.rows, "a text screen has 80 x 25 cells")
    self.cells = cells
    self.cursor = cursor
  }
}
