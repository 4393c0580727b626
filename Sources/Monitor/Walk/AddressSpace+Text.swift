// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension AddressSpace {
  /// The map in lines: an area a line, and below it what has a name in it.
  ///
  ///     0x0                    1 GiB     rwx supervisor  2 MiB pages  → 0x0
  ///       0xb8000              32 KiB    VGA text memory
  func lines(_ mode: PagingMode, cr3: UInt64, names: KernelNames, width: Int, _ ink: Ink)
    -> [String]
  {
    let rows = rows(names)
    let sizes = rows.map(\.size.count).max() ?? 0
    let texts = rows.map(\.text.count).max() ?? 0
    // The last addresses follow from the sizes, and are shown where there is room.
    var places = rows.map { "\($0.indent)\($0.start.text) – \($0.last.text)" }
    if (places.map(\.count).max() ?? 0) + sizes + texts + 4 > width {
      places = rows.map { "\($0.indent)\($0.start.text)" }
    }
    let column = places.map(\.count).max() ?? 0
    var lines = [
      ink("The address space", .title) + ", by \(mode.name)"
        + (mode == .off ? "" : ", CR3 \(cr3.groupedHex)"), "",
    ]
    for (row, place) in zip(rows, places) {
      let head = place.padded(to: column) + "  " + row.size.padded(to: sizes)
      let text = row.meaning.map { ink(row.text, $0) } ?? row.text
      lines.append(head + "  " + text)
    }
    if !isComplete { lines.append("and so on: the tables share each other too often to go on") }
    return lines
  }

  private struct Row {
    var start, last: VirtAddr
    var indent = ""
    var size: String
    var text: String
    var meaning: Ink.Meaning?
  }

  private func rows(_ names: KernelNames) -> [Row] {
    areas.flatMap { area in
      let (text, meaning) = area.kind.text
      let size = area.size.map(\.asSize) ?? "all"
      let row = Row(start: area.start, last: area.last, size: size, text: text, meaning: meaning)
      return [row]
        + area.contents(names).map { content in
          Row(
            start: content.start, last: content.last, indent: "  ",
            size: (content.last - content.start + 1).asSize, text: content.name)
        }
    }
  }
}

extension AddressSpace.Kind {
  /// How it is mapped, in words.
  fileprivate var text: (String, Ink.Meaning?) {
    switch self {
    case .mapped(let physical, let size, let rights):
      let target = physical.map { "→ \($0.text)" } ?? "→ scattered frames"
      let pages = "\(size.rawValue.asSize) pages"
      let whose = rights.contains(.user) ? "user      " : "supervisor"
      return ("\(rights.letters) \(whose)  \(pages.padded(to: 11))  \(target)", nil)
    case .unmapped: return ("not mapped", .faint)
    case .guardPage: return ("not mapped: a guard page", .bad)
    case .broken(let verdict): return ("faults: \(verdict)", .bad)
    case .recursive(let entry): return ("page tables, recursive through \(entry)", .value)
    case .nonCanonical: return ("not canonical", .faint)
    }
  }
}

extension PageRights {
  /// `rwx`, with `-` for what is not allowed.
  var letters: String {
    "r" + (contains(.writable) ? "w" : "-") + (contains(.executable) ? "x" : "-")
  }
}
