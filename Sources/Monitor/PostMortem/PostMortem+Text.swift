// SPDX-License-Identifier: GPL-2.0-or-later
import X86

// How a post-mortem looks: below the sentence of the end, two columns in.
//
//       1  #PF Page Fault (vector 14) at 0x10007c (clear_screen+0xd)
//          cause  supervisor write to 0xfd000000
//          error  0x2: P=0 page not present, W/R=1 write, U/S=0 in supervisor mode
//          walk   PML4[0]  at 0x106000: 0x107063   P R/W A D  → PDPT 0x107000
//                 …
//       calls, by frame pointers
//          0x10007c  clear_screen+0xd
//       root cause
//          …
//       look first
//          …

extension PostMortem {
  /// The lines, none wider than `width` unless it cannot be helped, with colours as `depth` says.
  func text(_ kernel: KernelFile, width: Int, depth: ColorDepth?) -> String {
    var page = ReportPage(width: width, depth: depth)
    for (number, link) in chain.enumerated() {
      page.paragraph(link.heading, behind: "  \(number + 1)  ", .title)
      for note in link.notes { page.note(note) }
    }
    page.calls(backtrace, kernel)
    page.section(ReportWord.rootCause, cause, .alarm)
    page.section(ReportWord.lookFirst, lookFirst, .advice)
    return page.text
  }
}

/// The lines of a report, as they come together.
struct ReportPage {
  /// What a piece of text is.
  enum Role {
    case title, alarm, advice

    fileprivate var parameters: [Int] {
      switch self {
      case .title: [1]
      case .alarm: [1, 31]
      case .advice: [1, 32]
      }
    }
  }

  private let width: Int
  private let depth: ColorDepth?
  private(set) var text = ""

  /// The indent of what stands under a heading, and of the text beside a word.
  private static let indent = "     "
  private static let wordWidth = 7
  /// The most calls that are listed.
  private static let mostCalls = 12

  init(width: Int, depth: ColorDepth?) {
    self.width = width
    self.depth = depth
  }

  /// A paragraph, its first line behind `first` and the others under it.
  mutating func paragraph(_ words: String, behind first: String, _ role: Role? = nil) {
    let hanging = String(repeating: " ", count: first.count)
    for (number, line) in Self.wrap(words, width: width - first.count).enumerated() {
      text += (number == 0 ? first : hanging) + styled(line, role) + "\n"
    }
  }

  /// A word and what it says.
  mutating func note(_ note: PostMortem.Note) {
    var first = Self.indent + note.word.padded(to: Self.wordWidth)
    let hanging = String(repeating: " ", count: first.count)
    for line in note.walk?.lines(width: width - first.count) ?? [] {
      text += first + verdictStyled(line) + "\n"
      first = hanging
    }
    paragraph(note.text, behind: first)
  }

  /// A heading and a paragraph.
  mutating func section(_ heading: String, _ words: String, _ role: Role) {
    text += "  " + styled(heading, role) + "\n"
    paragraph(words, behind: Self.indent)
  }

  /// The calls of a backtrace, what repeats itself once.
  mutating func calls(_ backtrace: Backtrace, _ kernel: KernelFile) {
    guard backtrace.addresses.count > 1 else { return }
    text += "  " + styled(backtrace.method.heading, .title) + "\n"
    let groups = backtrace.groups
    let shown = groups.prefix(Self.mostCalls)
    let digits = shown.flatMap(\.addresses).map(\.text.count).max() ?? 0
    var isFirst = true
    for group in shown {
      for (number, address) in group.addresses.enumerated() {
        let functions = kernel.functions(at: address, isReturn: !isFirst)
        isFirst = false
        call(address.text.padded(to: digits), functions, number == 0 ? group.times : "")
      }
    }
    if groups.count > shown.count { text += Self.indent + "…\n" }
  }

  /// A call: an address, the functions that it is in, and how often it comes.
  private mutating func call(_ address: String, _ functions: [String], _ times: String) {
    var first = Self.indent + address + "  "
    let hanging = String(repeating: " ", count: first.count)
    for (number, function) in (functions.isEmpty ? [""] : functions).enumerated() {
      let words = (number == 0 ? "" : "inlined into ") + function + (number == 0 ? times : "")
      if first.count + words.count > width {
        paragraph(words, behind: first)
      } else {
        let line = first + words
        text += line[...(line.lastIndex { $0 != " " } ?? line.startIndex)] + "\n"
      }
      first = hanging
    }
  }

  private func styled(_ words: String, _ role: Role?) -> String {
    guard let role, let depth else { return words }
    let parameters = depth == .none ? role.parameters.filter { $0 < 30 } : role.parameters
    return ANSI.style(parameters) + words + ANSI.resetStyle
  }

  /// A line of a walk, with the bit that decided in the colour of what went wrong.
  private func verdictStyled(_ line: String) -> String {
    guard let arrow = line.firstIndex(of: "←") else { return line }
    return line[..<arrow] + styled(String(line[arrow...]), .alarm)
  }

  /// `words` in lines of `width` characters; a word that is longer gets a line of its own.
  static func wrap(_ words: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in words.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [line]
  }
}

extension Backtrace.Method {
  /// What stands over the calls.
  fileprivate var heading: String {
    switch self {
    case .callFrames: "calls"
    case .framePointers: "calls, by frame pointers"
    case .guess: "calls, a guess: what on the stack looks like return addresses"
    }
  }
}

extension Backtrace {
  /// Addresses that come `count` times in a row, in this order.
  struct Group: Equatable {
    var addresses: [VirtAddr]
    var count: Int

    /// `  × 12, with the next 2`, or nothing if they come once.
    fileprivate var times: String {
      if count == 1 { return "" }
      let next = addresses.count > 1 ? ", with the next \(addresses.count - 1)" : ""
      return "  × \(UInt64(count).grouped)\(next)"
    }
  }

  /// The addresses, with what repeats itself (one function, or up to four in turn) once.
  var groups: [Group] {
    var groups: [Group] = []
    var next = 0
    while next < addresses.count {
      let best = (1...4).map {
        Group(addresses: Array(addresses[next...].prefix($0)), count: repeats($0, at: next))
      }
      .first { $0.count > 2 }
      let group = best ?? Group(addresses: [addresses[next]], count: 1)
      groups.append(group)
      next += group.addresses.count * group.count
    }
    return groups
  }

  /// How often the `length` addresses at `start` come one after the other.
  private func repeats(_ length: Int, at start: Int) -> Int {
    guard start + length <= addresses.count else { return 1 }
    var end = start + length
    while end < addresses.count, addresses[end] == addresses[end - length] { end += 1 }
    return (end - start) / length
  }
}
