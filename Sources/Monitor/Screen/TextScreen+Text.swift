// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

extension TextScreen {
  /// The cell at a row and column.
  func cell(row: Int, column: Int) -> TextCell {
    TextCell(bits: cells[row * Self.columns + column])
  }

  /// How a terminal shows one of the cells: as the guest chose, bit 7 of the attribute blinks or is
  /// part of the background.
  func style(of cell: TextCell) -> Style {
    let bits = cell.color.rawValue
    guard attributeBit7 == .blink, bits & 0x80 != 0 else { return Style(colors: cell.color) }
    return Style(colors: ColorCode(rawValue: bits & 0x7F), blink: true)
  }

  /// Whether a person sees anything at a row and column.
  func isSeen(row: Int, column: Int) -> Bool { isSeen(cell(row: row, column: column)) }

  private func isSeen(_ cell: TextCell) -> Bool {
    !cell.isBlank || style(of: cell).colors?.background != .black
  }

  /// The screen as plain text, trailing blanks and trailing blank rows removed; each row ends with
  /// a line feed.
  public var plainText: String {
    var text: [UInt8] = []
    for row in 0..<rowsInUse(where: { !$0.isBlank }) {
      for cell in self.row(row, where: { !$0.isBlank }) {
        let scalar = cell.scalar
        if scalar.isASCII {
          text.append(UInt8(truncatingIfNeeded: scalar.value))
        } else {
          text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
      }
      text.append(UInt8(ascii: "\n"))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The screen as text with colours, what is black and blank at the ends removed; each row ends with
  /// a line feed.
  public func coloredText(_ depth: ColorDepth) -> String {
    var text = ""
    for row in 0..<rowsInUse(where: isSeen) {
      var style = Style.plain
      for cell in self.row(row, where: isSeen) {
        let next = self.style(of: cell)
        if next != style {
          let parameters = next.parameters(depth)
          if parameters != style.parameters(depth) { text += ANSI.style([0] + parameters) }
          style = next
        }
        text.unicodeScalars.append(cell.scalar)
      }
      text += (style.parameters(depth).isEmpty ? "" : ANSI.resetStyle) + "\n"
    }
    return text
  }

  /// The cells as `--until` searches them: row after row, so that a text may wrap; blanks alike.
  var searchableBytes: [UInt8] {
    cells.map {
      let cell = TextCell(bits: $0)
      return cell.isBlank ? 0x20 : cell.character
    }
  }

  /// The number of rows up to the last that has a cell worth showing.
  private func rowsInUse(where isShown: (TextCell) -> Bool) -> Int {
    guard let last = cells.lastIndex(where: { isShown(TextCell(bits: $0)) }) else { return 0 }
    return last / Self.columns + 1
  }

  private func row(_ row: Int, where isShown: (TextCell) -> Bool) -> [TextCell] {
    let cells = (0..<Self.columns).map { cell(row: row, column: $0) }
    return Array(cells.prefix((cells.lastIndex(where: isShown) ?? -1) + 1))
  }
}

extension TextCell {
  /// The glyph as a character that takes one column on a terminal.
  var scalar: Unicode.Scalar { isBlank ? " " : CP437.scalar(of: character) }
}
