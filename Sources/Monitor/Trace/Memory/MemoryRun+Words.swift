// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

// What accesses to memory that is no plain RAM say in words, the same in every format.

extension MemoryRun {
  /// `VGA text row 3, columns 0…11`.
  var placeName: String {
    switch (access.place, last.place) {
    case (.text(let row, let column), .text(let lastRow, let lastColumn)):
      let end = access.width > 2 ? lastColumn + Int(access.width) / 2 - 1 : lastColumn
      if row == lastRow {
        return "VGA text row \(row), "
          + (column == end ? "column \(column)" : "columns \(column)…\(end)")
      }
      return "VGA text row \(row), column \(column) to row \(lastRow), column \(end)"
    case (.text, _), (.hiddenText, _): return "VGA text memory that is not shown"
    case (.graphics, _): return "VGA graphics memory"
    case (.adapters, _): return "ROMs of adapters"
    case (.rom, _): return "BIOS ROM"
    case (.register(let register), _):
      let name = "\(register.name)"
      return "\(register.device.name)"
        + (name.isEmpty || count > 1 && !isRepetition ? "" : " \(name)")
    case (.beyondRAM, _): return "beyond RAM"
    case (.devices, _): return "where newer PCs have devices"
    }
  }

  /// What becomes of it, if that is not what the program may think.
  var consequence: String? {
    let isWrite = access.direction == .write
    switch access.place {
    case .text, .hiddenText: return nil
    case .rom: return isWrite ? "nothing is written: it is ROM" : nil
    case .register(let register):
      return "nothing answers: this machine has no \(register.device.name)"
    case .graphics, .adapters, .beyondRAM, .devices:
      return isWrite ? "nothing answers: what is written is lost" : "nothing answers: all ones"
    }
  }

  /// What cells of text memory hold: `"Hello"` and `white on blue`; nil if it is no text memory.
  var contents: [String]? {
    switch access.place {
    case .text, .hiddenText: break
    default: return nil
    }
    guard let cells, let first = cells.first else {
      return isRepetition || access.width != 1 ? nil : [halfOfCell]
    }
    let colors =
      cells.allSatisfy { $0.color == first.color } ? first.color.words : "in several colours"
    if cells.count > 1, cells.allSatisfy({ $0.character == first.character }) {
      return ["\(UInt64(cells.count).grouped) times \(Self.quoted([first]))", colors]
    }
    return [Self.quoted(cells), colors]
  }

  private var halfOfCell: String {
    let byte = UInt8(truncatingIfNeeded: access.value)
    guard count == 1 else { return "characters and colours" }
    if access.linear.value % 2 == 1 { return "colour \(ColorCode(rawValue: byte).words)" }
    return "character \(Self.quoted([TextCell(byte, .standard)]))"
  }

  /// Characters that a line has room for.
  private static let most = 48

  private static func quoted(_ cells: [TextCell]) -> String {
    let shown = cells.prefix(most).map { Character(CP437.scalar(of: $0.character)) }
    return "\"" + String(shown) + (cells.count > most ? "…" : "") + "\""
  }
}

extension ColorCode {
  /// `white on blue`.
  var words: String { "\(foreground.name) on \(background.name)" }
}
