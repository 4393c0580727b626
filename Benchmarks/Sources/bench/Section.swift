// SPDX-License-Identifier: GPL-2.0-or-later

/// One table of the report.
struct Section {
  let title: String
  let head: [String]
  let rows: [[String]]
  let goals: [Goal]

  /// Markdown, columns aligned: the first to the left, numbers to the right.
  var markdown: String {
    let widths = head.indices.map { column in
      ([head] + rows).map { $0[column].count }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, widths).enumerated().map { column, pair in
        let space = String(repeating: " ", count: pair.1 - pair.0.count)
        return column == 0 ? pair.0 + space : space + pair.0
      }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    let rule = widths.enumerated().map { column, width in
      column == 0
        ? String(repeating: "-", count: width + 2)
        : String(repeating: "-", count: width + 1) + ":"
    }
    let table = [line(head), "|" + rule.joined(separator: "|") + "|"] + rows.map(line)
    let list = goals.map { "- \($0.met ? "met" : "MISSED"): \($0.text)" }
    return (["### \(title)", ""] + table + [""] + list).joined(separator: "\n")
  }
}

/// A number that the project set itself, and whether this run reaches it.
struct Goal {
  let text: String
  let met: Bool

  init(_ text: String, _ met: Bool) {
    self.text = text
    self.met = met
  }
}
