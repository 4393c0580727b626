// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

extension WalkReport {
  /// The report in blocks of lines, to be shown one after the other: the address and its bits, each
  /// level, the end.
  func blocks(width: Int, _ ink: Ink) -> [[String]] {
    let page = Page(width: width, ink: ink)
    return [heading(page)] + walk.steps.indices.map { level($0, page) } + [ending(page)]
  }

  /// What lines are made for.
  private struct Page {
    let width: Int
    let ink: Ink

    /// A line of a word and a text; the text goes on below itself where it is too wide.
    func lines(_ word: String, _ text: String, _ meaning: Ink.Meaning? = nil) -> [String] {
      let indent = 11
      return text.wrapped(to: width - indent).enumerated().map { number, part in
        let inked = meaning.map { ink(part, $0) } ?? part
        return (number == 0 ? "  " + word : "").padded(to: indent) + inked
      }
    }
  }

  private func heading(_ page: Page) -> [String] {
    let named = name.map { " (\($0))" } ?? ""
    let first = page.ink(walk.address.text, .title) + named + ", by " + walk.mode.name
    let picture = AddressPicture(walk).lines(page.ink)
    guard let top = walk.mode.topLevel, let table = walk.steps.indices.first else {
      return [first, ""] + picture
    }
    let root = describe(walk.table(ofStep: table))
    let start =
      walk.mode == .pae
      ? "the processor holds the \(top.name), loaded from \(root)" : "\(top.name) at \(root)"
    return [first, ""] + picture + [""] + page.lines("CR3", "\(cr3.groupedHex) → \(start)")
  }

  /// An address with its name, if it has one.
  private func describe(_ address: PhysAddr) -> String {
    address.text + (names[address].map { " (\($0))" } ?? "")
  }

  // MARK: - A level

  private func level(_ number: Int, _ page: Page) -> [String] {
    let step = walk.steps[number]
    let line = walk.line(ofStep: number)
    let low = walk.mode.shift(of: step.level)
    let field = AddressPicture(walk).fields.first { $0.low == low }
    let bits = field.map { "address bits \($0.high) to \($0.low) are \(step.index)" } ?? ""
    let table = walk.table(ofStep: number)
    let sum =
      step.index == 0
      ? line.place : "\(table.text) + \(step.index) · \(walk.mode.entrySize) = \(line.place)"
    let place =
      walk.mode == .pae && step.level == .pdpt
      ? "in the processor; loaded from \(sum)" : "at \(sum)"
    var lines = [page.ink(line.name, .title) + "  " + page.ink(bits, .faint)]
    lines += page.lines("entry", "\(line.entry) \(place)")
    lines += page.lines("flags", flags(number))
    guard step.entry.isPresent, !line.target.isEmpty else {
      return lines + page.lines("stops", line.verdict, .bad)
    }
    if walk.place(ofStep: number) != .pointer {
      lines += page.lines("rights", "\(step.rights.text); \(step.rights.owner)")
    }
    return lines + page.lines("leads to", target(number, line), .value)
  }

  private func target(_ number: Int, _ line: WalkLine) -> String {
    guard let address = walk.target(ofStep: number).address, let name = names[address],
      walk.stepWhoseTableReturns(atStep: number) == nil
    else { return line.target + (recursion(number) ?? "") }
    return line.target + " (\(name))"
  }

  /// What a recursive entry means for the walk.
  private func recursion(_ number: Int) -> String? {
    guard walk.stepWhoseTableReturns(atStep: number) != nil else { return nil }
    if case .table(let level, _) = walk.target(ofStep: number) {
      return ": recursive, read as a \(level.name)"
    }
    return ": recursive, shown as a page"
  }

  /// Every flag that the entry has, with what it says.
  private func flags(_ number: Int) -> String {
    let entry = walk.steps[number].entry
    let flags = walk.flags(ofStep: number)
    if !entry.isPresent { return "P 0 not present; the other bits mean nothing to the processor" }
    return flags.map { flag in
      let isSet = flag.isSet(in: entry)
      return "\(flag.name) \(isSet ? 1 : 0) \(isSet ? flag.set : flag.clear)".unbroken
    }.joined(separator: "\u{A0}· ")
  }

  // MARK: - The end

  private func ending(_ page: Page) -> [String] {
    let end =
      switch walk.outcome {
      case .mapped(let mapping): mapped(mapping, page)
      case .fault, .nonCanonical:
        walk.sentence.wrapped(to: page.width).map { page.ink($0, .bad) }
      }
    switch walk.outcome {
    case .nonCanonical: return end
    case .mapped where walk.steps.isEmpty:
      return end + ["Paging is off, and forbids nothing."]
    case .mapped, .fault: return end + [""] + table(page)
    }
  }

  private func mapped(_ mapping: PageWalk.Mapping, _ page: Page) -> [String] {
    let physical = describe(mapping.physical)
    let first = "\(walk.address.text) is physical \(physical)"
    guard let last = walk.steps.indices.last, let start = walk.target(ofStep: last).address else {
      return [page.ink(first, .good)]
    }
    let size = mapping.pageSize.rawValue.asSize
    let offset = mapping.physical - start
    return [page.ink(first, .good)]
      + page.lines("page", "\(size) at \(start.text), offset \(offset.groupedHex)")
      + page.lines("rights", "\(mapping.rights.text); \(mapping.rights.owner)")
  }

  private func table(_ page: Page) -> [String] {
    let rows = accesses.map { walk in
      (who: walk.access.privilege.name, kind: walk.access.kind.name, walk.verdictOfAccess)
    }
    let width = rows.map(\.2.result.count).max() ?? 0
    var last = ""
    return rows.map { who, kind, verdict in
      let name = who == last ? "" : who
      last = who
      let line = "  " + name.padded(to: 12) + kind.padded(to: 7)
      if verdict.reason.isEmpty { return line + page.ink(verdict.result, .good) }
      return line + page.ink(verdict.result.padded(to: width), .bad) + "  " + verdict.reason
    }
  }
}

extension PageWalk {
  /// What the access of this walk meets: `allowed`, or the exception with its error code; and the bit that
  /// decided.
  var verdictOfAccess: (result: String, reason: String) {
    switch outcome {
    case .mapped: return ("allowed", "")
    case .nonCanonical: return ("#GP(0)", "not canonical")
    case .fault(let fault):
      let code = fault.errorCode
      let bits = PageFaultErrorCode.bits
      let names = bits.indices.filter { code.contains(bits[$0].bit) }.map { bits[$0].name }
      let text =
        "#PF \(hex(code.rawValue))" + (names.isEmpty ? "" : " (\(names.joined(separator: " ")))")
      let entry = decidingStep.map { name(ofStep: $0) } ?? ""
      return (text, "\(entry): \(verdict)")
    }
  }
}

extension PageAccess.Kind {
  /// `read`, `write` or `fetch`.
  var name: String {
    switch self {
    case .read: "read"
    case .write: "write"
    case .fetch: "fetch"
    }
  }
}

extension PageAccess.Privilege {
  /// `user` or `supervisor`.
  var name: String { self == .user ? "user" : "supervisor" }
}
