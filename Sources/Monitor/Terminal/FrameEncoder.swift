// SPDX-License-Identifier: GPL-2.0-or-later

/// Turns pictures into the bytes that change a terminal from one to the next.
struct FrameEncoder {
  let depth: ColorDepth

  /// What the terminal shows; nil if that is not known, and then everything is drawn.
  private var shown: CellBuffer?

  init(depth: ColorDepth) { self.depth = depth }

  /// Forgets what the terminal shows, for instance because another program wrote to it.
  mutating func invalidate() { shown = nil }

  /// The bytes that make the terminal show `next`; empty if it does already.
  mutating func encode(_ next: CellBuffer) -> String {
    if next == shown { return "" }
    var frame = Frame(depth: depth)
    let known: CellBuffer
    if let shown, shown.extent == next.extent {
      known = shown
    } else {
      frame.text += ANSI.clear
      known = CellBuffer(next.extent)
    }
    frame.drawChanges(from: known, to: next)
    frame.place(next.cursor, after: shown?.cursor)
    shown = next
    return ANSI.beginFrame + frame.text + ANSI.endFrame
  }

  /// The text of one frame, and where it leaves the terminal.
  private struct Frame {
    let depth: ColorDepth
    var text = ""
    private var place: (row: Int, column: Int)?
    private var style = Style.plain

    init(depth: ColorDepth) { self.depth = depth }

    mutating func drawChanges(from old: CellBuffer, to new: CellBuffer) {
      let columns = new.extent.columns
      for row in 0..<new.extent.rows {
        let start = row * columns
        if old.cells[start..<(start + columns)] == new.cells[start..<(start + columns)] { continue }
        for column in 0..<columns where old[row, column] != new[row, column] {
          move(to: row, column, over: new)
          put(new[row, column])
        }
      }
      if style != .plain { text += ANSI.resetStyle }
    }

    /// Goes to a cell the shortest way: unchanged cells between are printed again if they are few.
    private mutating func move(to row: Int, _ column: Int, over picture: CellBuffer) {
      defer { place = (row, column) }
      guard let place, place.row == row, column >= place.column else {
        text += ANSI.move(row: row, column: column)
        return
      }
      let gap = place.column..<column
      if gap.count <= 3, gap.allSatisfy({ picture[row, $0].style == style }) {
        for between in gap { text.unicodeScalars.append(picture[row, between].scalar) }
      } else {
        text += ANSI.forward(gap.count)
      }
    }

    private mutating func put(_ cell: Cell) {
      if cell.style != style {
        let parameters = cell.style.parameters(depth)
        let isReset = style == .plain
        if parameters != style.parameters(depth) {
          text += ANSI.style(isReset ? parameters : [0] + parameters)
        }
        style = cell.style
      }
      text.unicodeScalars.append(cell.scalar)
      place?.column += 1
    }

    mutating func place(_ cursor: CellBuffer.Cursor?, after previous: CellBuffer.Cursor?) {
      guard let cursor else {
        if previous != nil { text += ANSI.hideCursor }
        return
      }
      // Drawing moved it, so it is put back in its place each time.
      text += ANSI.move(row: cursor.row, column: cursor.column)
      if cursor.shape != previous?.shape { text += ANSI.cursorShape(cursor.shape) }
      if previous == nil { text += ANSI.showCursor }
    }
  }
}
