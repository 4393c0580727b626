// SPDX-License-Identifier: GPL-2.0-or-later

/// One character cell of the person's terminal.
struct Cell: Hashable {
  var scalar: Unicode.Scalar
  var style: Style

  init(_ scalar: Unicode.Scalar, _ style: Style = .plain) {
    self.scalar = scalar
    self.style = style
  }

  static let blank = Cell(" ")
}

/// A width and a height in character cells.
public struct Extent: Equatable, Sendable {
  /// Rows, at least 1.
  public var rows: Int
  /// Columns, at least 1.
  public var columns: Int

  /// `rows` and `columns`, each raised to 1 at least.
  public init(rows: Int, columns: Int) {
    self.rows = max(1, rows)
    self.columns = max(1, columns)
  }
}

/// A picture of the whole terminal: what is in every cell, and where the cursor is.
struct CellBuffer: Equatable {
  /// The terminal's cursor.
  struct Cursor: Equatable {
    var row: Int
    var column: Int
    var shape: CursorShape
  }

  let extent: Extent
  private(set) var cells: [Cell]
  var cursor: Cursor?

  /// A blank picture.
  init(_ extent: Extent) {
    self.extent = extent
    cells = Array(repeating: .blank, count: extent.rows * extent.columns)
  }

  /// The cell at a place that has to be inside.
  subscript(row: Int, column: Int) -> Cell {
    get { cells[row * extent.columns + column] }
    set { cells[row * extent.columns + column] = newValue }
  }

  /// Writes `text` in one row from `column` on; what does not fit is left out.
  mutating func write(_ text: String, row: Int, column: Int, style: Style = .plain) {
    guard (0..<extent.rows).contains(row) else { return }
    for (place, scalar) in zip(column..., text.unicodeScalars)
    where (0..<extent.columns).contains(place) {
      self[row, place] = Cell(scalar, style)
    }
  }

  /// Writes `line` in one row from `column` on; what does not fit is left out.
  mutating func write(_ line: some Sequence<Cell>, row: Int, column: Int) {
    for (place, cell) in zip(column..<max(column, extent.columns), line) { self[row, place] = cell }
  }

  /// Draws a line from here to the right, or with one column down.
  mutating func drawRule(row: Int, column: Int = 0, rows: Int = 1, columns: Int) {
    for place in row..<(row + rows) {
      for across in column..<(column + columns) {
        self[place, across] = Cell(columns == 1 ? "│" : "─", Style(faint: true))
      }
    }
  }

  /// The characters of one row, trailing blanks included.
  func text(row: Int) -> String {
    var text = String.UnicodeScalarView()
    for column in 0..<extent.columns { text.append(self[row, column].scalar) }
    return String(text)
  }

  /// Writes `lines` in a box in the middle, over whatever is there; the cursor goes.
  mutating func drawBox(_ lines: [String]) {
    let style = Style(reverse: true)
    let width = (lines.map(\.count).max() ?? 0) + 2
    let top = max(0, (extent.rows - lines.count - 2) / 2)
    let left = max(0, (extent.columns - width - 2) / 2)
    let edge = String(repeating: "─", count: width)
    write("┌\(edge)┐", row: top, column: left, style: style)
    for (row, line) in zip((top + 1)..., lines) {
      write("│ \(line.padded(to: width - 1))│", row: row, column: left, style: style)
    }
    write("└\(edge)┘", row: top + lines.count + 1, column: left, style: style)
    cursor = nil
  }
}
