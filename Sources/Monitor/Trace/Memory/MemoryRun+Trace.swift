// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

extension TextTrace {
  mutating func write(_ run: MemoryRun) {
    let access = run.access
    let last = VirtAddr(run.last.linear.value &+ run.last.width - 1)
    let isOne = last.value - access.linear.value < 8 && run.count == 1 || run.isRepetition
    let range = isOne ? access.linear.text : "\(access.linear.text)…\(last.text)"
    heading("\(access.direction == .read ? "read of" : "write to") \(range)", access, .control)
    let isIdentical = access.linear.value == access.physical.value
    line("place", [isIdentical ? "" : "physical \(access.physical.text)", run.placeName])
    let width = access.width == 1 ? "1 byte" : "\(access.width) bytes"
    if let contents = run.contents { line("text", contents) }
    if run.count == 1 {
      line("value", [hex(access.value), width])
    } else if run.isRepetition {
      line("value", [hex(access.value), width, "\(UInt64(run.count).grouped) times in a row"])
    } else {
      line("value", ["\(UInt64(run.count).grouped) accesses of \(width)"])
    }
    if let consequence = run.consequence { words("", consequence, .fault) }
  }
}

extension JSONTrace {
  mutating func write(_ run: MemoryRun) {
    let access = run.access
    write("memory", access) { json, _ in
      json.write(access.direction.rawValue, "direction")
      json.write(hex: access.linear.value, "linear")
      json.write(hex: access.physical.value, "physical")
      json.write(access.width, "width")
      json.write(run.placeName, "place")
      if let contents = run.contents { json.write(contents.joined(separator: ", "), "text") }
      if let consequence = run.consequence { json.write(consequence, "consequence") }
      json.write(UInt64(run.count), "count")
      json.array("values") { json in
        for value in run.isRepetition ? [access.value] : run.values { json.write(hex: value) }
      }
    }
  }
}
