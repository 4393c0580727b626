// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

extension JSONTrace {
  mutating func write(_ run: EntryRun) {
    let entry = run.write
    write("entry", entry) { json, _ in
      json.write(entry.level.name, "table")
      json.write(UInt64(entry.before.steps[entry.step].index), "index")
      json.write(run.count, "count")
      json.write(hex: entry.before.steps[entry.step].entryAddress.value, "entry_address")
      json.write(hex: entry.old.rawValue, "old")
      json.write(hex: entry.new.rawValue, "new")
      json.array("set") { json in run.flags.set.forEach { json.write($0) } }
      json.array("cleared") { json in run.flags.cleared.forEach { json.write($0) } }
      json.write(run.change.rawValue, "change")
      json.write(hex: run.range.lowerBound.value, "first")
      json.write(hex: run.range.upperBound.value, "last")
      if !run.target.isEmpty { json.write(run.target, "target") }
      if !run.oldTarget.isEmpty { json.write(run.oldTarget, "old_target") }
      if let rights = run.rights { json.write(rights, "rights") }
      if let caution = run.caution { json.write(caution, "caution") }
      if let extent = entry.extent { json.write(extent) }
    }
  }

  mutating func write(_ flush: TranslationFlush) {
    write("flush", flush) { json, _ in
      json.write(flush.title, "title")
      json.write(flush.scope.rawValue, "scope")
      switch flush.cause {
      case .page(let walk):
        json.write(hex: walk.address.value, "linear")
        if let end = walk.steps.last { json.write(hex: end.entry.rawValue, "entry") }
      case .register(let number, let change):
        json.write("CR\(number)", "register")
        json.write(hex: change.old, "old")
        json.write(hex: change.new, "new")
      }
      if let extent = flush.extent { json.write(extent) }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ extent: PagingExtent) {
    object("extent") { json in
      json.write(extent.bytes, "bytes")
      json.write(UInt64(extent.tables), "tables")
      json.write(extent.isComplete, "complete")
    }
  }
}
