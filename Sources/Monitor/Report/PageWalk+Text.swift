// SPDX-License-Identifier: GPL-2.0-or-later
import X86

// A page walk as a person reads it: a line for each entry that was read, and one sentence about the end.
// All of it follows from the walk alone.
//
//     PML4[0]  at 0x106000: 0x107063   P R/W A D  → PDPT 0x107000
//     PDPT[3]  at 0x107018: 0x108063   P R/W A D  → PD 0x108000
//     PD[488]  at 0x108f40: 0x0                   ← P is 0
//
// The parts of a line are apart, for those who set them in columns of their own, or in colour.

/// The line of one step of a page walk, in its parts.
struct WalkLine: Equatable, Sendable {
  /// `PML4[511]`
  var name: String
  /// Where the entry lies.
  var place: String
  /// The entry.
  var entry: String
  /// The names of the flags that are 1: `P R/W A`; empty for an entry that is not present.
  var flags: String
  /// Where the entry leads: `PDPT 0x107000`, `2 MiB page 0x200000`, `PDPT 0x106000, the PML4 again`;
  /// empty if nowhere.
  var target: String
  /// The bit that decided, if it is in this entry: `P is 0`; else empty.
  var verdict: String

  /// Where the entry lies, and what it is.
  fileprivate var value: String { "at \(place): \(entry)" }
}

extension PageWalk {
  /// The line of a step, in its parts.
  func line(ofStep number: Int) -> WalkLine {
    let step = steps[number]
    return WalkLine(
      name: name(ofStep: number), place: step.entryAddress.text,
      entry: step.entry.rawValue.groupedHex, flags: flagNames(ofStep: number),
      target: targetText(ofStep: number),
      verdict: number == decidingStep ? verdict : "")
  }

  /// The lines of all steps, in columns, none wider than `width` unless it cannot be helped: first what
  /// decided goes to a line of its own, then where the entries lead.
  func lines(width: Int = 80) -> [String] {
    let lines = steps.indices.map { line(ofStep: $0) }
    func widest(_ part: (WalkLine) -> Int) -> Int { lines.map(part).max() ?? 0 }
    let name = widest { $0.name.count }
    let value = widest { $0.value.count }
    let flags = widest { $0.flags.count }
    let head = name + 2 + value + 2 + flags
    let target = widest { $0.target.isEmpty ? 0 : $0.target.count + 4 }
    let indent = String(repeating: " ", count: name)
    return lines.flatMap { line in
      var rows = [
        line.name.padded(to: name) + "  " + line.value.padded(to: value) + "  "
          + line.flags.padded(to: flags)
      ]
      if !line.target.isEmpty {
        if head + target > width { rows.append(indent) }
        rows[rows.count - 1] += "  → " + line.target
      }
      if !line.verdict.isEmpty {
        if rows[rows.count - 1].count + 4 + line.verdict.count > width { rows.append(indent) }
        rows[rows.count - 1] += "  ← " + line.verdict
      }
      return rows.map(\.trimmed)
    }
  }

  /// `PML4[511]`
  func name(ofStep number: Int) -> String {
    "\(steps[number].level.name)[\(steps[number].index)]"
  }

  func flagNames(ofStep number: Int) -> String {
    let entry = steps[number].entry
    if !entry.isPresent { return "" }
    return flags(ofStep: number).filter { $0.isSet(in: entry) }.map(\.name)
      .joined(separator: " ")
  }

  /// Calls `body` with the name of each flag that is 1 in the entry of a step, from the lowest bit up.
  func forEachSetFlag(ofStep number: Int, _ body: (String) -> Void) {
    let (place, entry) = (place(ofStep: number), steps[number].entry)
    let all = EntryFlag.all
    for index in all.indices.reversed() where all[index].isSet(in: entry) {
      if all[index].exists(in: place, mode) { body(all[index].name) }
    }
  }

  /// The flags that the entry of a step has, from the lowest bit up.
  func flags(ofStep number: Int) -> [EntryFlag] {
    let place = place(ofStep: number)
    let all = EntryFlag.all
    return all.indices.reversed().map { all[$0] }.filter { $0.exists(in: place, mode) }
  }

  func targetText(ofStep number: Int) -> String {
    let again = stepWhoseTableReturns(atStep: number).map { ", the \(steps[$0].level.name) again" }
    return switch target(ofStep: number) {
    case .nothing: ""
    case .table(let level, let address): "\(level.name) \(address.text)\(again ?? "")"
    case .page(let size, let address):
      "\(size.rawValue.asSize) page \(address.text)\(again ?? "")"
    }
  }
}

extension PageRights {
  /// `read, write, execute`
  var text: String {
    "read" + (contains(.writable) ? ", write" : "") + (contains(.executable) ? ", execute" : "")
  }

  /// Whose they are: `user`, or `supervisor only`.
  var owner: String { contains(.user) ? "user" : "supervisor only" }
}

extension String {
  /// Without blanks at the end.
  fileprivate var trimmed: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
