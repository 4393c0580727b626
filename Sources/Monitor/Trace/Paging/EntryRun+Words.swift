// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

// What writes to entries of page tables say in words, the same in every format.

extension EntryRun {
  /// `PT[5]`, `PT[0…511]`.
  var name: String {
    let (first, end) = (write.before.steps[write.step].index, last.before.steps[last.step].index)
    return "\(write.level.name)[\(first)" + (count == 1 ? "" : "…\(end)") + "]"
  }

  /// The addresses that the entries decide about.
  var range: ClosedRange<VirtAddr> { write.range.lowerBound...last.range.upperBound }

  /// What an entry's change does.
  enum Change: String {
    /// Pages are mapped.
    case maps
    /// There is a table for it now.
    case table
    /// What was mapped is not any more.
    case unmaps
    /// It leads elsewhere.
    case remaps
    /// A reserved bit is set: every access faults.
    case breaks
    /// It leads to where it did, with other flags.
    case flags
    /// Only A and D are others.
    case marks
    /// It was not present, and is not; or the processor has not looked at it yet.
    case changes
  }

  /// What has become of those addresses.
  var change: Change {
    let (before, after) = (
      write.before.target(ofStep: write.step), write.after.target(ofStep: write.step)
    )
    switch (write.old.isPresent, write.new.isPresent) {
    case (_, _) where write.isKept, (false, false): return .changes
    case (_, true) where after == .nothing: return .breaks
    case (false, true):
      if case .table = after { return .table }
      return .maps
    case (true, false): return .unmaps
    case (true, true): break
    }
    if before != after { return .remaps }
    let used: PageTableEntry.Flags = [.accessed, .dirty]
    let changed = write.old.rawValue ^ write.new.rawValue
    return changed & ~used.rawValue == 0 ? .marks : .flags
  }

  /// The flags that became 1 and 0.
  var flags: (set: [String], cleared: [String]) {
    let walk = write.new.isPresent ? write.after : write.before
    let all = walk.flags(ofStep: write.step)
    return (
      all.filter { $0.isSet(in: write.new) && !$0.isSet(in: write.old) }.map(\.name),
      all.filter { !$0.isSet(in: write.new) && $0.isSet(in: write.old) }.map(\.name)
    )
  }

  /// Where the entries lead now: `4 KiB pages 0x10a000…0x10cfff`; empty if nowhere.
  var target: String {
    if change == .breaks { return "nothing: \(write.after.verdict)" }
    return Self.target(write, last, \.after, count)
  }

  /// Where they led before.
  var oldTarget: String { Self.target(write, last, \.before, count) }

  private static func target(
    _ first: EntryWrite, _ last: EntryWrite, _ walk: KeyPath<EntryWrite, PageWalk>, _ count: UInt64
  ) -> String {
    let text = first[keyPath: walk].targetText(ofStep: first.step)
    guard count > 1,
      case .page(let size, let start) = first[keyPath: walk].target(ofStep: first.step),
      case .page(_, let end) = last[keyPath: walk].target(ofStep: last.step)
    else { return text }
    let top = PhysAddr(end.value + size.rawValue - 1)
    return "\(size.rawValue.asSize) pages \(start.text)…\(top.text)"
  }

  /// Whose the pages are and what may be done there, all levels together; nil if the walk ends at a table or a fault.
  var rights: String? {
    guard case .page = write.after.target(ofStep: write.step), write.new.isPresent
    else { return nil }
    let rights = write.after.steps[write.step].rights
    return "\(rights.owner): \(rights.text)"
  }

  /// What the processor may still do, or not yet; nil if the entry counts at once.
  var caution: String? {
    if write.isKept { return "the processor has its own copy: it counts with the next load of CR3" }
    let wasUsable = write.before.target(ofStep: write.step) != .nothing
    guard wasUsable, change != .marks else { return nil }
    return "the old translation may still be used until INVLPG or a load of CR3"
  }
}

extension PagingExtent {
  /// `1 GiB mapped by 3 tables`.
  var words: String {
    let tables = self.tables == 1 ? "1 table" : "\(UInt64(self.tables).grouped) tables"
    let bytes = bytes == 0 ? "nothing is mapped" : "\(bytes.asSizes) mapped"
    return "\(bytes) by \(tables)" + (isComplete ? "" : ", and there are more")
  }
}

extension UInt64 {
  /// As a size in as many units as it takes: `2 GiB + 4 KiB`.
  fileprivate var asSizes: String {
    var rest = self
    var parts: [String] = []
    for shift in stride(from: 60, through: 10, by: -10) where rest >> UInt64(shift) != 0 {
      let part = (rest >> UInt64(shift)) << UInt64(shift)
      parts.append(part.asSize)
      rest -= part
    }
    return parts.joined(separator: " + ")
  }
}

extension TranslationFlush {
  /// `INVLPG 0x40000000`, `CR3 write`.
  var title: String {
    switch cause {
    case .page(let walk): "INVLPG \(walk.address.text)"
    case .register(0, _): scope == .nothing ? "paging begins" : "paging ends"
    case .register(let number, _): "CR\(number) write"
    }
  }

  /// What is forgotten.
  var consequence: String {
    switch scope {
    case .page: "the translation of its page is forgotten"
    case .nonGlobal: "all translations that are not global are forgotten"
    case .all: "all translations are forgotten, global ones too"
    case .nothing: "nothing was cached before"
    }
  }
}
