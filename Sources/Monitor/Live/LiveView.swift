// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Draws a model: the guest's screen, a status line below, help over it.
enum LiveView {
  private static let statusStyle = Style(reverse: true)

  /// The picture of `model`.
  static func draw(_ model: LiveModel) -> CellBuffer {
    let layout = LiveLayout(model)
    var buffer = CellBuffer(model.extent)
    drawScreen(model.screen, layout, into: &buffer)
    drawTrace(model.trace ?? [], layout, into: &buffer)
    if layout.isFramed { drawFrame(around: layout, into: &buffer) }
    if let row = layout.statusRow {
      let line = StatusLine(model: model, layout: layout).text(width: model.extent.columns)
      buffer.write(line, row: row, column: 0, style: statusStyle)
    }
    if model.isHelpShown { buffer.drawBox(help(model.escape)) }
    return buffer
  }

  private static func drawScreen(
    _ screen: TextScreen, _ layout: LiveLayout, into buffer: inout CellBuffer
  ) {
    let (top, left) = layout.origin
    for row in layout.rows {
      for column in layout.columns {
        let cell = screen.cell(row: row, column: column)
        buffer[top + row - layout.rows.lowerBound, left + column - layout.columns.lowerBound] =
          Cell(cell.scalar, screen.style(of: cell))
      }
    }
    guard let cursor = screen.cursor, layout.rows.contains(cursor.row),
      layout.columns.contains(cursor.column)
    else { return }
    buffer.cursor = CellBuffer.Cursor(
      row: top + cursor.row - layout.rows.lowerBound,
      column: left + cursor.column - layout.columns.lowerBound,
      shape: CursorShape(lines: cursor.lines))
  }

  /// The last lines that there is room for.
  private static func drawTrace(
    _ lines: [[Cell]], _ layout: LiveLayout, into buffer: inout CellBuffer
  ) {
    if let row = layout.ruleRow { buffer.drawRule(row: row, columns: buffer.extent.columns) }
    for (row, line) in zip(layout.trace, lines.suffix(layout.trace.count)) {
      buffer.write(line, row: row, column: 0)
    }
  }

  private static func drawFrame(around layout: LiveLayout, into buffer: inout CellBuffer) {
    let (top, left) = (layout.origin.row - 1, layout.origin.column - 1)
    let (bottom, right) = (top + layout.rows.count + 1, left + layout.columns.count + 1)
    let edge = String(repeating: "─", count: layout.columns.count)
    buffer.write("┌\(edge)┐", row: top, column: left)
    buffer.write("└\(edge)┘", row: bottom, column: left)
    for row in (top + 1)..<bottom {
      buffer.write("│", row: row, column: left)
      buffer.write("│", row: row, column: right)
    }
  }

  private static func help(_ escape: EscapeKey) -> [String] {
    let name = escape.name
    return [
      "What you type goes to the guest, except:",
      "",
      "\(name) x       quit kemu",
      "\(name) h       this help",
      "\(name) n       NMI: what a PC's NMI button does",
      "\(name) z       suspend kemu; fg goes on",
      "\(name) s       hide or show the status line",
      "\(name) Up      show the first rows of a screen that",
      "\(name) Down    is too tall, or the last; typing follows",
      "             the cursor again",
      "\(name) \(name)  send \(name) to the guest",
      "",
      "Time in the guest stands still while kemu is suspended.",
      "Any key closes this help.",
    ]
  }
}
