// SPDX-License-Identifier: GPL-2.0-or-later
import X86

@testable import Emu

/// A screen as text that people read and that loses nothing: two dumps are the same if every cell,
/// character and attribute, the cursor and the meaning of attribute bit 7 are.
///
///     text
///     00 |Hello     …                        80 characters |
///     attributes
///     00 1Fx5 07x75
///     cursor 0,5 lines 13-14
///     bit 7 blinks
struct ScreenDump: Equatable {
  let text: String

  /// The dump of `screen`.
  init(_ screen: TextScreen) {
    let rows = (0..<TextScreen.rows).map { row in
      (0..<TextScreen.columns).map { TextCell(bits: screen[row: row, column: $0]) }
    }
    var lines = ["text"]
    for (number, row) in rows.enumerated() {
      let glyphs = String(String.UnicodeScalarView(row.map(Self.scalar)))
      lines.append("\(Self.label(number)) |\(glyphs)|")
    }
    lines.append("attributes")
    for (number, row) in rows.enumerated() {
      lines.append("\(Self.label(number)) \(Self.runs(row.map(\.color.rawValue)))")
    }
    lines.append(Self.describe(screen.cursor))
    lines.append(screen.attributeBit7 == .blink ? "bit 7 blinks" : "bit 7 is a bright background")
    text = lines.joined(separator: "\n") + "\n"
  }

  /// The lines in which `other` differs from this, as a patch shows them; empty if none do.
  func difference(from other: String) -> String {
    let (old, new) = (Self.lines(other), Self.lines(text))
    return (0..<max(old.count, new.count)).map { index in
      let before = index < old.count ? old[index] : ""
      let after = index < new.count ? new[index] : ""
      return before == after ? "" : "- \(before)\n+ \(after)\n"
    }.joined()
  }

  /// The glyph as one character, each of the 256 as another one: the three that look like a blank
  /// cannot be told apart on a screen, but here.
  static func scalar(_ cell: TextCell) -> Unicode.Scalar {
    switch cell.character {
    case 0x00: "␀"
    case 0xFF: "⍽"
    default: CP437.scalar(of: cell.character)
    }
  }

  private static func runs(_ attributes: [UInt8]) -> String {
    var runs: [(attribute: UInt8, count: Int)] = []
    for attribute in attributes {
      if runs.last?.attribute == attribute {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((attribute, 1))
      }
    }
    return runs.map { run in
      let digits = String(run.attribute, radix: 16, uppercase: true)
      return (digits.count < 2 ? "0" : "") + digits + (run.count > 1 ? "x\(run.count)" : "")
    }.joined(separator: " ")
  }

  private static func describe(_ cursor: TextScreen.Cursor?) -> String {
    guard let cursor else { return "no cursor" }
    let lines = "\(cursor.lines.lowerBound)-\(cursor.lines.upperBound)"
    return "cursor \(cursor.row),\(cursor.column) lines \(lines)"
  }

  private static func label(_ row: Int) -> String { row < 10 ? "0\(row)" : "\(row)" }

  private static func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }
}
