// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

extension TextTrace {
  mutating func write(_ change: ControlChange) {
    let what = change.modeChange.map { "\(change.title) \($0)" } ?? change.title
    heading(what, change, .control)
    for register in change.registers { write(register) }
    switch change.what {
    case .register, .modelSpecific, .base, .swappedBases: break
    case .globalTable(let table): writeDescriptors(table, "GDTR")
    case .interruptTable(let table): writeGates(table, isRealMode: change.site.mode == .real16)
    case .localTable(let ldtr, let table):
      line("LDTR", ["selector \(hex(ldtr.selector))"])
      if ldtr.selector & ~3 != 0 { writeDescriptors(table, "table") }
    case .task(let tr):
      line(
        "TR",
        [
          "selector \(hex(tr.selector))", "GDT[\(tr.selector >> 3)]",
          "base \(tr.base.text)",
          "limit \(hex(tr.limit))",
        ])
    }
    if let consequence = change.consequence { words("", consequence, .plain) }
  }

  private mutating func write(_ register: ControlChange.RegisterChange) {
    let (old, new) = (register.change.old, register.change.new)
    var items = [
      old == new ? "\(new.groupedHex), as before" : "\(old.groupedHex) → \(new.groupedHex)"
    ]
    if !register.set.isEmpty { items.append(register.set.joined(separator: " ") + " set") }
    if !register.cleared.isEmpty {
      items.append(register.cleared.joined(separator: " ") + " cleared")
    }
    line(register.name, items)
  }

  // MARK: - Tables

  private mutating func writeGates(_ table: TableContents, isRealMode: Bool) {
    let size: UInt64 = isRealMode ? 4 : table.isLong ? 16 : 8
    let count = table.entries(of: size)
    line("IDTR", ["base \(table.base.text)", limit(table, count, size)])
    if isRealMode { return }
    let runs = GateRun.all(in: table)
    let vectors = runs.map { $0.isRun ? "\($0.first)…\($0.last)" : "\($0.first)" }
    let width = vectors.map(\.count).max() ?? 0
    for (number, run) in runs.enumerated() {
      let selector = hex(run.gate.selector.rawValue)
      let handler = VirtAddr(run.gate.offset)
      let type = run.gate.type?.name ?? "reserved type \(run.gate.access.type)"
      let target =
        run.gate.type == .taskGate
        ? selector : "\(selector):\(handler.text)" + parenthesized(handler)
      let fields = "DPL=\(run.gate.access.privilegeLevel)"
      line(
        number == 0 ? "gates" : "",
        [
          "\(vectors[number].padded(to: width))  \(type) → \(target)",
          run.stride == 0 ? "" : step(run.stride),
          table.isLong ? "\(fields) IST=\(run.gate.stack)" : fields,
        ])
    }
    let present = runs.reduce(0) { $0 + $1.last - $1.first + 1 }
    let absent = table.gates.count - present
    if count == 0 { words("", "the table is empty: no vector has a handler", .fault) }
    if absent > 0 {
      words("", "not present: \(present == 0 ? "all" : "the other") \(absent)", .plain)
    }
    writeUnreadable(table)
  }

  private func step(_ stride: UInt64) -> String {
    let bytes = Int64(bitPattern: stride)
    return bytes > 0
      ? "the next ones each \(hex(stride)) on" : "the next ones each \(hex(bytes.magnitude)) back"
  }

  /// So many are told: more than systems have for themselves. Before a table is filled in, its memory may be full of what is
  /// no descriptors.
  private static let mostDescriptors = 32

  private mutating func writeDescriptors(_ table: TableContents, _ register: String) {
    line(register, ["base \(table.base.text)", limit(table, table.entries(of: 8), 8)])
    let descriptors = TableDescriptor.all(in: table)
    let told = descriptors.prefix(Self.mostDescriptors)
    let selectors = told.map { hex(UInt64($0.index) << 3) }
    let width = selectors.map(\.count).max() ?? 0
    for (number, descriptor) in told.enumerated() {
      line(
        number == 0 ? "segments" : "",
        ["\(selectors[number].padded(to: width))  \(descriptor.name)"] + fields(descriptor))
    }
    let others = descriptors.count - told.count
    if others > 0 { words("", "and \(others) more that are not empty", .plain) }
    if descriptors.isEmpty, table.unreadable == nil {
      words("", "all entries are empty", .plain)
    }
    writeUnreadable(table)
  }

  private func fields(_ descriptor: TableDescriptor) -> [String] {
    let low = descriptor.low
    let isFlat = descriptor.base == 0 && low.byteLimit == ~0
    let place =
      descriptor.isLongCode
      ? []
      : isFlat ? ["flat"] : ["base \(descriptor.base.groupedHex)", "limit \(hex(low.byteLimit))"]
    return ["DPL=\(low.access.privilegeLevel)"] + place
      + (low.access.contains(.present) ? [] : ["not present"])
  }

  private func limit(_ table: TableContents, _ count: UInt64, _ size: UInt64) -> String {
    "limit \(hex(table.limit)): \(count == 1 ? "1 entry" : "\(count) entries") of \(size) bytes"
  }

  private mutating func writeUnreadable(_ table: TableContents) {
    guard let address = table.unreadable else { return }
    words("", "from \(address.text) on nothing is mapped: the rest cannot be read", .fault)
  }

  private func parenthesized(_ address: VirtAddr) -> String {
    symbolizer(address).map { " (\($0))" } ?? ""
  }
}
