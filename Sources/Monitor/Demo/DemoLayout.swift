// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// Where the guest's screen and its trace go on a terminal of some size.
struct DemoLayout: Equatable {
  /// A part of the terminal.
  struct Area: Equatable {
    var row: Int
    var column: Int
    var rows: Int
    var columns: Int
  }

  /// The guest's screen, or a part of it; nil if it is not shown.
  var screen: Area?
  /// What is between the two, a row or a column wide.
  var rule: Area?
  /// The end of a screen that the terminal is taller than.
  var bottom: Area?
  /// The trace, nil if it is not shown; its first columns are for the mark of the step.
  var trace: Area?
  /// Where the status line goes; nil where there is one row only.
  var statusRow: Int?

  /// Columns for the mark of the step.
  static let margin = 2
  /// The columns that a trace needs to stand beside a screen.
  private static let widthBeside = 62
  /// The rows of a screen that are worth showing.
  private static let fewestRows = 6

  /// The layout for a terminal of `extent`, where the longest scene of the trace has so many lines.
  ///
  /// Beside each other if the terminal is wide. Else the screen is above the trace, whose scenes
  /// are to be seen as a whole if that leaves a few rows; the screen gets what is left, up to all of its
  /// rows, and the trace what is left of that. The same for all steps, so that nothing jumps.
  init(_ extent: Extent, view: DemoModel.View, longestScene: Int) {
    statusRow = extent.rows > 1 ? extent.rows - 1 : nil
    let rows = extent.rows - (extent.rows > 1 ? 1 : 0)
    let whole = Area(row: 0, column: 0, rows: rows, columns: extent.columns)
    switch view {
    case .screen: screen = whole
    case .trace: trace = whole
    case .both where Self.hasRoomBeside(extent):
      let width = TextScreen.columns
      screen = Area(row: 0, column: 0, rows: rows, columns: width)
      rule = Area(row: 0, column: width, rows: rows, columns: 1)
      if rows > TextScreen.rows {
        bottom = Area(row: TextScreen.rows, column: 0, rows: 1, columns: width)
      }
      trace = Area(row: 0, column: width + 1, rows: rows, columns: extent.columns - width - 1)
    case .both where rows < 2 * Self.fewestRows + 1: trace = whole
    case .both:
      let both = rows - 1
      let needed = min(longestScene, both - Self.fewestRows)
      let above = min(TextScreen.rows, both - needed)
      screen = Area(row: 0, column: 0, rows: above, columns: extent.columns)
      rule = Area(row: above, column: 0, rows: 1, columns: extent.columns)
      trace = Area(row: above + 1, column: 0, rows: both - above, columns: extent.columns)
    }
  }

  private static func hasRoomBeside(_ extent: Extent) -> Bool {
    extent.columns >= TextScreen.columns + 1 + widthBeside
  }

  /// The columns that a line of the trace may have.
  static func traceWidth(in extent: Extent, view: DemoModel.View) -> Int {
    let isBeside = view == .both && hasRoomBeside(extent)
    let columns = extent.columns - (isBeside ? TextScreen.columns + 1 : 0)
    // What is narrower has its lines cut off; longer lines are hard to read.
    return min(max(columns - margin, 40), 110)
  }

  /// The lines of a trace that are shown in so many rows: `scene` from its heading on, without what has
  /// not been `shown` yet; the end of what was if that is too long; and what came before as far as there
  /// is room.
  static func window(rows: Int, scene: Range<Int>, shown: Int) -> Range<Int> {
    let end = max(shown, min(scene.upperBound, scene.lowerBound + rows))
    return max(0, end - rows)..<shown
  }

  /// The first of the screen's lines, columns or rows, that is shown in a part of them, so that the last
  /// one in use is.
  static func start(of length: Int, room: Int, lastInUse: Int) -> Int {
    min(max(0, length - room), max(0, lastInUse + 1 - room))
  }
}
