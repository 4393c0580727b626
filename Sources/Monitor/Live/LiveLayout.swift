// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// Where things go on a terminal of some size.
struct LiveLayout: Equatable {
  /// The rows of the guest's screen that are shown.
  var rows: Range<Int>
  /// The columns of the guest's screen that are shown.
  var columns: Range<Int>
  /// Where the first of them goes.
  var origin: (row: Int, column: Int)
  /// Where the status line goes; nil if none is to be seen.
  var statusRow: Int?
  /// The rows below the guest's screen in which the trace goes on; empty if nothing is traced, or there is
  /// no room.
  var trace: Range<Int>
  /// The row of a line between the two.
  var ruleRow: Int?
  /// Whether there is room for a frame around the guest's screen.
  var isFramed: Bool

  static func == (a: LiveLayout, b: LiveLayout) -> Bool {
    a.rows == b.rows && a.columns == b.columns && a.origin == b.origin
      && a.statusRow == b.statusRow && a.trace == b.trace && a.ruleRow == b.ruleRow
      && a.isFramed == b.isFramed
  }

  /// The layout for a model.
  ///
  /// A terminal of 26 rows shows everything, and one of 25 if the person hides the status line. On
  /// smaller ones some of the guest's rows are hidden: blank ones at the bottom or the top if there are any, else
  /// those farthest from the cursor. Where no row is kept for the status line, it still comes over
  /// the last row when kemu has something to say.
  init(_ model: LiveModel) {
    let extent = model.extent
    let keepsRow = model.isStatusShown && extent.rows > 1
    let isNeeded = keepsRow || model.isEscaped || model.hint != nil
    statusRow = isNeeded ? extent.rows - 1 : nil
    let room = Extent(rows: extent.rows - (keepsRow ? 1 : 0), columns: extent.columns)
    let cursor = model.screen.cursor
    rows = Self.window(
      TextScreen.rows, room: room.rows, cursor: cursor?.row, pin: model.window
    ) { row in
      (0..<TextScreen.columns).allSatisfy { !model.screen.isSeen(row: row, column: $0) }
    }
    columns = Self.window(
      TextScreen.columns, room: room.columns, cursor: cursor?.column, pin: .following
    ) { column in
      (0..<TextScreen.rows).allSatisfy { !model.screen.isSeen(row: $0, column: column) }
    }
    let below = TextScreen.rows..<max(TextScreen.rows, room.rows)
    if model.trace != nil, !below.isEmpty {
      // At the upper left corner, as a demo's.
      (isFramed, origin) = (false, (0, 0))
      ruleRow = below.count >= Self.roomForRule ? below.lowerBound : nil
      trace = below.dropFirst(ruleRow == nil ? 0 : 1)
      return
    }
    trace = 0..<0
    isFramed = room.rows >= TextScreen.rows + 2 && room.columns >= TextScreen.columns + 2
    origin = ((room.rows - rows.count) / 2, (room.columns - columns.count) / 2)
  }

  /// The rows below the screen of which one is worth a line.
  private static let roomForRule = 3

  /// The part of 0..<`length` that is shown when there is `room` for so many.
  private static func window(
    _ length: Int, room: Int, cursor: Int?, pin: LiveModel.Window, isBlank: (Int) -> Bool
  ) -> Range<Int> {
    let excess = length - room
    if excess <= 0 { return 0..<length }
    let start: Int
    switch pin {
    case .top: start = 0
    case .bottom: start = excess
    case .following:
      // As far up as keeps what comes last in sight, and the cursor whatever the rest.
      let last = (0..<length).last { !isBlank($0) || $0 == cursor } ?? 0
      let wanted = min(excess, max(0, last + 1 - room))
      start = cursor.map { min(max(wanted, $0 + 1 - room), $0) } ?? wanted
    }
    return start..<(start + room)
  }
}
