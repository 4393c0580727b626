// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// Draws a demo: the guest's screen, the trace up to the step that is shown, and the keys.
enum DemoView {
  /// The picture of `model`.
  static func draw(_ model: DemoModel) -> CellBuffer {
    var buffer = CellBuffer(model.extent)
    let layout = DemoLayout(
      model.extent, view: model.view, longestScene: model.script.longestScene)
    if let area = layout.screen { draw(model.scene.screen, in: area, of: &buffer) }
    for area in [layout.rule, layout.bottom].compactMap({ $0 }) {
      buffer.drawRule(row: area.row, column: area.column, rows: area.rows, columns: area.columns)
    }
    if let area = layout.trace { draw(model.script, upTo: model.step, in: area, of: &buffer) }
    if let row = layout.statusRow {
      buffer.write(
        status(of: model).padded(to: model.extent.columns), row: row, column: 0,
        style: Style(reverse: true))
    }
    if model.isHelpShown { buffer.drawBox(help) }
    return buffer
  }

  private static func draw(
    _ screen: TextScreen, in area: DemoLayout.Area, of buffer: inout CellBuffer
  ) {
    let rows = (0..<TextScreen.rows).reversed()
    let columns = 0..<TextScreen.columns
    let last = rows.first { row in columns.contains { screen.isSeen(row: row, column: $0) } }
    let top = DemoLayout.start(
      of: TextScreen.rows, room: area.rows, lastInUse: max(last ?? 0, screen.cursor?.row ?? 0))
    for row in 0..<min(area.rows, TextScreen.rows) {
      for column in 0..<min(area.columns, TextScreen.columns) {
        let cell = screen.cell(row: top + row, column: column)
        buffer[area.row + row, area.column + column] = Cell(cell.scalar, screen.style(of: cell))
      }
    }
  }

  private static func draw(
    _ script: DemoScript, upTo step: Int, in area: DemoLayout.Area, of buffer: inout CellBuffer
  ) {
    let current = script.steps[step].lines
    let lines = DemoLayout.window(
      rows: area.rows, scene: script.scene(ofStep: step), shown: current.upperBound)
    for (row, number) in lines.enumerated() where row < area.rows {
      if number == current.lowerBound, area.columns > 1 {
        buffer[area.row + row, area.column] = Cell("►", Style(bold: true))
      }
      var line = script.lines[number]
      if current.contains(number) { for place in line.indices { line[place].style.bold = true } }
      buffer.write(line, row: area.row + row, column: area.column + DemoLayout.margin)
    }
  }

  // MARK: - What a person can do

  private static func status(of model: DemoModel) -> String {
    let width = model.extent.columns
    let (number, count) = (model.step + 1, model.script.steps.count)
    let place = model.isAtEnd ? "the end" : "step \(number) of \(count)"
    let brief = model.isAtEnd ? place : "\(number)/\(count)"
    let name = model.tape.demo.name
    let next = model.isAtEnd ? [] : ["Enter next", "a go on"]
    let keys = model.isPlaying ? ["any key stops"] : next
    // swift-format-ignore
    let versions = [
      ["demo \(name)", place] + keys + ["Backspace back", "Tab view", "h help", "q quit"],
      ["demo \(name)", place] + keys + ["Backspace back", "h help", "q quit"],
      [name, brief] + keys + ["Backspace back", "h help", "q quit"],
      [name, brief] + keys + ["h help", "q quit"],
      [brief] + keys + ["h help", "q quit"],
      [brief, "q quit"],
    ].map { " " + $0.joined(separator: " · ") }
    return versions.first { $0.count <= width } ?? String(versions[5].prefix(width))
  }

  private static let help = [
    "Enter, Space      the next step",
    "Backspace         the step before",
    "n, p              the next event, the one before",
    "a                 go on without waiting",
    "Home, End         the first step, the last",
    "Tab               screen and trace, one, the other",
    "q                 quit",
    "z                 suspend kemu; fg goes on",
    "",
    "The guest was run before, and what it did is shown:",
    "what you type does not go to it.",
    "Any key closes this help.",
  ]
}
