// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// The trace for people: a heading for each delivery, and a line or more for each of its steps.
struct TextTrace {
  /// Columns, if what is written can be broken at all.
  let width: Int
  /// Whether there are colours, which say what the words say too.
  let hasColors: Bool
  /// Names addresses.
  let symbolizer: Symbolizer

  /// Columns before a step's text.
  private static let indent = 11

  private(set) var text = ""

  init(width: Int, hasColors: Bool, symbolizer: @escaping Symbolizer) {
    (self.width, self.hasColors, self.symbolizer) = (width, hasColors, symbolizer)
  }

  /// Gives `body` what was written since the last time.
  mutating func drain(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    text.withUTF8(body)
    text.removeAll(keepingCapacity: true)
  }

  /// What was written since the last time.
  mutating func take() -> String {
    defer { text = "" }
    return text
  }

  mutating func write(_ record: TraceRecord) {
    heading(record)
    record.forEachStep { step in
      if case .cause = step { return line("cause", causeItems(record)) }
      write(step, isLongMode: record.isLongMode, isRealMode: record.isRealMode)
    }
  }

  /// The end of a triple fault, behind its records.
  mutating func write(_ tripleFault: TripleFault) {
    guard let occasion = tripleFault.occasion, let root = RootCause(tripleFault) else { return }
    text +=
      painted("triple fault after \(occasion.instructions.grouped) instructions", .fault) + "\n"
    words("chain", (tripleFault.chain + ["shutdown"]).joined(separator: " → "), .plain)
    section(ReportWord.rootCause, root.sentence, .fault)
    section(ReportWord.lookFirst, root.advice, .plain)
  }

  mutating func heading(_ record: TraceRecord) {
    let occasion = record.occasion
    let look: TraceLook = record.exception == nil ? .interrupt : .fault
    guard record.raised == nil else {
      return heading(["\(record.title) \(record.consequence)"], look)
    }
    heading(
      [
        "\(record.title) at \(name(occasion.instruction))",
        occasion.isVirtual8086 ? "virtual-8086" : occasion.mode.shortName,
        "ring \(occasion.privilege)", "instruction \(occasion.instructions.grouped)",
      ], look)
  }

  /// The heading of what an instruction does.
  mutating func heading(_ title: String, _ event: some Sited, _ look: TraceLook) {
    let site = event.site
    heading(
      [
        "\(title) at \(name(site.address))", site.mode.shortName, "ring \(site.privilege)",
        "instruction \(site.instructions.grouped)",
      ], look)
  }

  mutating func heading(_ items: [String], _ look: TraceLook) {
    let lines = wrap(items, separator: ",", width: width, indent: 4)
    for (number, line) in lines.enumerated() {
      text += number == 0 ? "" : "    "
      text += painted(line, look) + "\n"
    }
  }

  /// Words that are wider than those of steps, and below them what they say.
  private mutating func section(_ word: String, _ sentence: String, _ look: TraceLook) {
    text += "  " + painted(word, .step) + "\n"
    words("", sentence, look)
  }

  mutating func write(_ step: TraceStep, isLongMode: Bool, isRealMode: Bool) {
    switch step {
    case .cause: break  // a record's own
    case .walk(let walk):
      let lines = walk.lines(width: width - Self.indent)
      for (number, line) in lines.enumerated() {
        put(number == 0 ? "walk" : "", line, line.contains("←") ? .fault : .plain)
      }
      words(lines.isEmpty ? "walk" : "", walk.sentence, .fault)
    case .error(let code, let exception, let cr2, let pushed):
      line("error", errorItems(code, exception, cr2, pushed))
    case .gate(let gate, let vector, let address, let table):
      line("gate", gateItems(gate, vector, address, table, isLongMode, isRealMode))
    case .task(let selector, let old, let link):
      let from = old.map { "from the task of TSS \(hex($0))" } ?? ""
      line(
        "task", ["TSS \(hex(selector.rawValue))", from, link.map { "link \(hex($0))" } ?? ""])
    case .load(let task):
      line("load", task.loaded.map { "\($0.name) \($0.value.groupedHex)" })
    case .segment(let selector, let segment, let old, let new):
      line("segment", segmentItems(selector, segment, old, new, isRealMode))
    case .stack(let stack, let old, let top, let new):
      line("stack", stackItems(stack, old, top, new, isLongMode, isRealMode))
    case .pointer(let old, let new):
      let change = old == new ? old.groupedHex : "\(old.groupedHex) → \(new.groupedHex)"
      line("stack", ["\(isLongMode ? "RSP" : isRealMode ? "SP" : "ESP") \(change)"])
    case .push(let frame):
      line("push", (0..<frame.count).map { frameItem(frame, $0) })
    case .flags(let old, let new):
      let (cleared, set) = (old.cleared(in: new), new.cleared(in: old))
      var items = ["\(hex(old.rawValue)) → \(hex(new.rawValue))"]
      if !cleared.isEmpty { items.append(cleared.joined(separator: " ") + " cleared") }
      if !set.isEmpty { items.append(set.joined(separator: " ") + " set") }
      line("flags", items)
    case .enter(let address): line("enter", [name(address)])
    case .fault(let fault, let step): write(fault, at: step)
    }
  }

  private mutating func write(_ fault: DeliveryFault, at step: DeliveryStep) {
    // The gate, the stack and the rest have a line of their own already; what comes after has none.
    let isNew = step == .push || step == .enter
    put(
      isNew ? "\(step.word)" : "",
      "fails: \(fault.exception.facts.mnemonic), error code \(hex(fault.errorCode))"
        + (fault.address.map { ", at \(name($0))" } ?? ""), .fault)
    words("", "rule: \(fault.check.rule)", .fault)
  }

  // MARK: - Steps

  private func causeItems(_ record: TraceRecord) -> [String] {
    let code = record.occasion.code
    guard record.raised == nil, record.event?.kind == .fault, code.count > 0 else {
      return [record.cause(name)]
    }
    // How many of them are the instruction's is not known here.
    let bytes = (0..<min(code.count, 8)).map { code[$0].twoDigits }.joined(separator: " ")
    return [record.cause(name), "bytes \(bytes) …"]
  }

  private func errorItems(
    _ code: UInt32, _ exception: Exception, _ cr2: VirtAddr?, _ pushed: UInt32?
  ) -> [String] {
    var items: [String]
    if exception == .pageFault {
      items = []
      PageFaultErrorCode(rawValue: code).forEachMeaning {
        items.append("\($0)=\($1 ? 1 : 0) \($2)")
      }
      items[0] = "\(hex(code)): \(items[0])"
    } else if exception == .doubleFault || exception == .alignmentCheck {
      items = ["\(hex(code)), as always"]
    } else {
      items = ["\(hex(code)): \(SelectorErrorCode(rawValue: code))"]
    }
    if let cr2 { items.append("CR2 \(name(cr2))") }
    if let pushed { items.append("\(Exception.doubleFault.facts.mnemonic) pushes \(hex(pushed))") }
    return items
  }

  private func gateItems(
    _ gate: GateDescriptor?, _ vector: UInt8, _ address: VirtAddr, _ table: Registers.Table?,
    _ isLongMode: Bool, _ isRealMode: Bool
  ) -> [String] {
    let place = "\(isRealMode ? "vector" : "IDT")[\(vector)] at \(address.text)"
    guard let gate else {
      return [place, table.map { "limit \(hex($0.limit))" } ?? ""]
    }
    let selector = hex(gate.selector.rawValue)
    if isRealMode { return ["\(place): \(selector):\(gate.offset.groupedHex)"] }
    let target = gate.type == .taskGate ? selector : "\(selector):\(gate.offset.groupedHex)"
    let isPresent = gate.access.contains(.present)
    let fields = "P=\(isPresent ? 1 : 0) DPL=\(gate.access.privilegeLevel)"
    return [
      "\(place): \(gate.type?.name ?? "reserved type \(gate.access.type)") → \(target)",
      isLongMode ? "\(fields) IST=\(gate.stack)" : fields,
    ]
  }

  private func segmentItems(
    _ selector: SegmentSelector, _ segment: Registers.Segment?, _ old: UInt8, _ new: UInt8?,
    _ isRealMode: Bool
  ) -> [String] {
    let selected = "CS \(hex(selector.rawValue))"
    if isRealMode { return [selected] }
    let place = "\(selected), \(selector.table == .global ? "GDT" : "LDT")[\(selector.index)]"
    guard let segment, let new else { return [place] }
    return [
      "\(place): \(segment.codeName)", "DPL=\(segment.access.privilegeLevel)",
      old == new ? "ring \(old) stays" : "ring \(old) → \(new)",
    ]
  }

  private func stackItems(
    _ stack: DeliveryPlan.Stack, _ old: UInt64, _ top: UInt64?, _ new: UInt64?,
    _ isLong: Bool, _ isRealMode: Bool
  ) -> [String] {
    let register = isLong ? "RSP" : isRealMode ? "SP" : "ESP"
    var items = [stack.name(isLong: isLong)]
    if let new {
      let before = stack == .newTask ? "" : "\(old.groupedHex) → "
      items.append("\(register) \(before)\(new.groupedHex)")
    } else {
      items.append("\(register) \(old.groupedHex)")
    }
    if let top, top != old { items.append("pushes from \(top.groupedHex) down") }
    return items
  }

  private func frameItem(_ frame: InterruptFrame, _ number: Int) -> String {
    "\(frame.kind(of: number)?.name(width: frame.width) ?? "") \(frame[number].groupedHex)"
  }

  // MARK: - Lines

  func name(_ address: VirtAddr) -> String { address.described(by: symbolizer) }

  mutating func line(_ word: String, _ items: [String]) {
    let items = items.filter { !$0.isEmpty }
    let lines = wrap(items, separator: ",", width: width - Self.indent, indent: 0)
    for (number, line) in lines.enumerated() { put(number == 0 ? word : "", line) }
  }

  /// A line that may be broken between any two words.
  mutating func words(_ word: String, _ sentence: String, _ look: TraceLook) {
    let words = sentence.split(separator: " ").map(String.init)
    let lines = wrap(words, separator: "", width: width - Self.indent, indent: 0)
    for (number, line) in lines.enumerated() { put(number == 0 ? word : "", line, look) }
  }

  private mutating func put(_ word: String, _ line: String, _ look: TraceLook = .plain) {
    text += "  " + painted(word.padded(to: Self.indent - 2), .step) + painted(line, look) + "\n"
  }

  private func painted(_ part: String, _ look: TraceLook) -> String {
    guard hasColors, let parameters = look.parameters else { return part }
    return ANSI.style(parameters) + part + ANSI.resetStyle
  }

  /// Sets items behind one another, in as many lines as it takes; those behind the first have `indent`
  /// columns less. What does not fit into a line is broken between words.
  private func wrap(
    _ items: [String], separator: String, width: Int, indent: Int
  ) -> [String] {
    var lines: [String] = []
    var line = ""
    let parts = items.enumerated().flatMap { number, item in
      let part = number == items.count - 1 ? item : item + separator
      let room = number == 0 ? width : width - indent
      return part.count > room ? part.split(separator: " ").map(String.init) : [part]
    }
    for part in parts {
      let room = lines.isEmpty ? width : width - indent
      if line.isEmpty {
        line = part
      } else if line.count + 1 + part.count <= room {
        line += " " + part
      } else {
        lines.append(line)
        line = part
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }
}

/// What a part of the text means, as a colour.
enum TraceLook {
  case plain, fault, interrupt, control, step

  /// What SGR is told; nil for nothing.
  var parameters: [Int]? {
    switch self {
    case .plain: nil
    case .fault: [31]
    case .interrupt: [36]
    case .control: [35]
    case .step: [2]
    }
  }
}

extension PageFaultErrorCode {
  /// Calls `body` with each bit that says something: its name, whether it is 1, what that means.
  func forEachMeaning(_ body: (String, Bool, String) -> Void) {
    let bits = Self.bits
    for number in bits.indices {
      let bit = bits[number]
      let isSet = contains(bit.bit)
      let meaning = isSet ? bit.set : bit.clear
      if !meaning.isEmpty { body(bit.name, isSet, meaning) }
    }
  }
}

extension UInt8 {
  /// In hexadecimal: `0f`.
  var twoDigits: String { (self < 16 ? "0" : "") + String(self, radix: 16) }
}
