// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// The text of the status line: what the guest does on the left, what a person may want to know of
/// the view on the right, and as much of it as fits, the least important left out first.
struct StatusLine {
  let model: LiveModel
  let layout: LiveLayout

  /// The line for a width in columns, padded to it.
  func text(width: Int) -> String {
    let right = rightSide(width: width)
    let left = leftSide(width: width - right.count - 1)
    return left + String(repeating: " ", count: max(0, width - left.count - right.count)) + right
  }

  private func leftSide(width: Int) -> String {
    if model.isEscaped {
      return clip(" \(model.escape.name) … x quit  h help  s status line  z suspend", to: width)
    }
    if let hint = model.hint { return clip(" \(hint)", to: width) }
    let status = model.status
    let activity = status.activity == .running ? "running" : "waiting"
    let symbol = status.symbol.map { " \($0)" } ?? ""
    let count = status.instructions.grouped
    // swift-format-ignore
    let versions = [
      [activity, status.mode.rawValue,  "\(count) instructions", "\(status.mips) MIPS", status.address + symbol],
      [activity, status.mode.shortName, "\(count) instr",        "\(status.mips) MIPS", status.address + symbol],
      [activity, status.mode.shortName, "\(count) instr",        "\(status.mips) MIPS", status.symbol ?? status.address],
      [activity, status.mode.shortName, "\(status.mips) MIPS",   status.symbol ?? status.address],
      [activity, status.mode.shortName, "\(status.mips) MIPS",   status.address],
      [activity, status.mode.shortName, status.address],
      [activity, status.address],
    ].map { " " + $0.joined(separator: " · ") }
    if let fitting = versions.first(where: { $0.count <= width }) { return fitting }
    return clip(versions[versions.count - 1], to: width)
  }

  private func rightSide(width: Int) -> String {
    let help = "\(model.escape.shortName) h help "
    var parts = [help]
    if layout.rows.count < TextScreen.rows || layout.columns.count < TextScreen.columns {
      var hidden = "rows \(layout.rows.lowerBound + 1)-\(layout.rows.upperBound)/\(TextScreen.rows)"
      if layout.columns.count < TextScreen.columns {
        hidden += " cols \(layout.columns.lowerBound + 1)-\(layout.columns.upperBound)"
      }
      parts.insert(hidden, at: 0)
    }
    let text = parts.joined(separator: " · ")
    return text.count <= width / 2 ? text : help.count <= width / 2 ? help : ""
  }

  private func clip(_ text: String, to width: Int) -> String {
    text.count <= width ? text : String(text.prefix(max(0, width - 1))) + (width > 0 ? "…" : "")
  }
}

extension Processor.Mode {
  /// The mode in a word, for where room is scarce.
  var shortName: String {
    switch self {
    case .real16: "real"
    case .protected16: "16-bit"
    case .protected32: "32-bit"
    case .compatibility16: "16-bit compat"
    case .compatibility32: "32-bit compat"
    case .long64: "64-bit"
    }
  }
}
