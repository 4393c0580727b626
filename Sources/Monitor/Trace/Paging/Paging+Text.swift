// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

extension TextTrace {
  mutating func write(_ run: EntryRun) {
    let write = run.write
    let (first, last) = (run.range.lowerBound, run.range.upperBound)
    heading("\(run.name) write", write, .control)
    line(
      run.change.rawValue,
      ["\(first.text)…\(last.text)", (last.value - first.value + 1).asSize])
    let (old, new) = (write.old.rawValue.groupedHex, write.new.rawValue.groupedHex)
    let flags = run.flags
    line(
      run.count == 1 ? "entry" : "entries",
      [
        "at \(write.before.steps[write.step].entryAddress.text): \(old) → \(new)",
        run.count == 1 ? "" : "\(run.count.grouped) in a row",
        flags.set.isEmpty ? "" : flags.set.joined(separator: " ") + " set",
        flags.cleared.isEmpty ? "" : flags.cleared.joined(separator: " ") + " cleared",
      ])
    if run.oldTarget != run.target, !run.oldTarget.isEmpty { line("from", [run.oldTarget]) }
    if !run.target.isEmpty {
      line("to", [run.target, run.rights ?? "", write.extent?.words ?? ""])
    }
    if let caution = run.caution { words("", caution, .plain) }
  }

  mutating func write(_ flush: TranslationFlush) {
    heading(flush.title, flush, .control)
    words("TLB", flush.consequence, .plain)
    switch flush.cause {
    case .page(let walk):
      let end = walk.steps.count - 1
      guard end >= 0 else { break }
      let target = walk.targetText(ofStep: end)
      let entry = "\(walk.name(ofStep: end)) is now \(walk.steps[end].entry.rawValue.groupedHex)"
      line("entry", [entry, walk.flagNames(ofStep: end)])
      line("to", [target.isEmpty ? "nothing: \(walk.verdict)" : target])
    case .register(3, let change):
      let (old, new) = (change.old.groupedHex, change.new.groupedHex)
      line("CR3", [change.old == change.new ? "\(new), as before" : "\(old) → \(new)"])
    case .register: break
    }
    if let extent = flush.extent { line("tables", [extent.words]) }
  }
}
