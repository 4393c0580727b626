// SPDX-License-Identifier: GPL-2.0-or-later

/// A small terminal: understands what kemu writes and refuses the rest, so that a test sees what a
/// person would see.
struct VirtualTerminal {
  struct Cell: Equatable {
    var scalar: Unicode.Scalar = " "
    /// The SGR parameters in force since the last reset.
    var style: [Int] = []
  }

  let rows: Int
  let columns: Int
  private(set) var cells: [Cell]
  private(set) var row = 0
  private(set) var column = 0
  private(set) var isCursorVisible = true
  private(set) var cursorShape = 0
  private(set) var isAlternate = false
  private(set) var privateModes: Set<Int> = [7, 25]
  /// Sequences that it does not know.
  private(set) var unknown: [String] = []
  private var style: [Int] = []
  private var saved: (cells: [Cell], row: Int, column: Int)?
  private var pending: [UInt8] = []

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    cells = Array(repeating: Cell(), count: rows * columns)
  }

  subscript(row: Int, column: Int) -> Cell { cells[row * columns + column] }

  /// A row's characters, trailing blanks removed.
  func text(row: Int) -> String {
    var text = String.UnicodeScalarView()
    for column in 0..<columns { text.append(self[row, column].scalar) }
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  /// All rows.
  var text: [String] { (0..<rows).map(text(row:)) }

  mutating func write(_ text: String) { write(Array(text.utf8)) }

  mutating func write(_ bytes: [UInt8]) {
    pending += bytes
    while let count = step() { pending.removeFirst(count) }
  }

  /// Interprets one character or sequence; nil if it is not complete.
  private mutating func step() -> Int? {
    guard let first = pending.first else { return nil }
    switch first {
    case 0x1B: return sequence()
    case 0x0A: lineFeed()
    case 0x0D: column = 0
    case 0x08: column = max(0, column - 1)
    case 0x07: break
    case 0x09: column = min(columns - 1, (column / 8 + 1) * 8)
    default:
      let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      guard pending.count >= length else { return nil }
      for scalar in String(decoding: pending.prefix(length), as: UTF8.self).unicodeScalars {
        put(scalar)
      }
      return length
    }
    return 1
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    if column >= columns {
      if privateModes.contains(7) {
        column = 0
        lineFeed()
      } else {
        column = columns - 1
      }
    }
    cells[row * columns + column] = Cell(scalar: scalar, style: style)
    column += 1
  }

  private mutating func lineFeed() {
    if row < rows - 1 {
      row += 1
    } else {
      cells.removeFirst(columns)
      cells += Array(repeating: Cell(), count: columns)
    }
  }

  private mutating func sequence() -> Int? {
    guard pending.count > 1 else { return nil }
    guard pending[1] == UInt8(ascii: "[") else {
      unknown.append("ESC \(pending[1])")
      return 2
    }
    guard let end = pending[2...].firstIndex(where: { (0x40...0x7E).contains($0) }) else {
      return nil
    }
    let body = String(decoding: pending[2..<end], as: UTF8.self)
    apply(body, final: Character(Unicode.Scalar(pending[end])))
    return end + 1
  }

  private mutating func apply(_ body: String, final: Character) {
    let isPrivate = body.hasPrefix("?")
    let numbers = body.drop { $0 == "?" }.split(separator: ";", omittingEmptySubsequences: false)
      .map { Int($0.trimmingSuffix(while: { $0 == " " })) }
    switch (final, isPrivate) {
    case ("H", false):
      row = min(rows, max(1, numbers.first.flatMap { $0 } ?? 1)) - 1
      column = min(columns, max(1, numbers.count > 1 ? numbers[1] ?? 1 : 1)) - 1
    case ("A", false): row = max(0, row - max(1, numbers[0] ?? 1))
    case ("C", false): column = min(columns - 1, column + max(1, numbers[0] ?? 1))
    case ("J", false) where body == "2":
      cells = Array(repeating: Cell(style: style), count: rows * columns)
    case ("K", false) where body == "2":
      for index in 0..<columns { cells[row * columns + index] = Cell(style: style) }
    case ("m", false):
      // kemu resets in the first place only; further zeros belong to colours.
      if numbers[0] ?? 0 == 0 { style = [] }
      style += numbers.drop { $0 ?? 0 == 0 }.map { $0 ?? 0 }
    case ("q", false) where body.hasSuffix(" "): cursorShape = numbers[0] ?? 0
    case ("h", true), ("l", true): setMode(numbers[0] ?? 0, final == "h")
    default: unknown.append("CSI \(body)\(final)")
    }
  }

  private mutating func setMode(_ mode: Int, _ isOn: Bool) {
    if isOn { privateModes.insert(mode) } else { privateModes.remove(mode) }
    switch mode {
    case 25: isCursorVisible = isOn
    case 1049 where isOn != isAlternate:
      isAlternate = isOn
      if isOn {
        saved = (cells, row, column)
        cells = Array(repeating: Cell(), count: rows * columns)
      } else if let saved {
        (cells, row, column) = saved
      }
    case 7, 1049, 2004, 2026: break
    default: unknown.append("mode \(mode)")
    }
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
    var result = self
    while let last = result.last, predicate(last) { result.removeLast() }
    return result
  }
}
