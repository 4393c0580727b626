// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Neighbours in the IDT that are the same but for their handlers, which are the same or in a row.
struct GateRun: Equatable {
  /// The first one's vector.
  let first: Int
  /// The last one's vector.
  private(set) var last: Int
  /// The first one.
  let gate: GateDescriptor
  /// The bytes from one handler to the next: 0 if they share one.
  private(set) var stride: UInt64 = 0

  /// Whether there is more than one.
  var isRun: Bool { last > first }

  /// So many handlers in a row are no accident.
  private static let fewest = 4

  /// The gates of an IDT that are present, in runs.
  static func all(in table: TableContents) -> [GateRun] {
    let gates = table.gates
    var runs: [GateRun] = []
    var next = 0
    while next < gates.count {
      guard gates[next].access.contains(.present) else {
        next += 1
        continue
      }
      let run = longest(from: next, gates)
      runs.append(run)
      next = run.last + 1
    }
    return runs
  }

  private static func longest(from first: Int, _ gates: [GateDescriptor]) -> GateRun {
    var run = GateRun(first: first, last: first, gate: gates[first])
    guard first + 1 < gates.count, run.isLike(gates[first + 1]) else { return run }
    let stride = gates[first + 1].offset &- gates[first].offset
    var last = first + 1
    while last + 1 < gates.count, run.isLike(gates[last + 1]),
      gates[last + 1].offset &- gates[last].offset == stride
    {
      last += 1
    }
    guard stride == 0 || last - first >= fewest - 1 else { return run }
    (run.last, run.stride) = (last, stride)
    return run
  }

  private func isLike(_ other: GateDescriptor) -> Bool {
    other.access == gate.access && other.selector == gate.selector && other.stack == gate.stack
  }
}

extension TableContents {
  /// The whole entries of an IDT.
  var gates: [GateDescriptor] {
    guard isLong else { return words.map { GateDescriptor(low: $0) } }
    return (0..<words.count / 2).map {
      GateDescriptor(low: words[2 * $0], high: words[2 * $0 + 1])
    }
  }

  /// How many entries of `size` bytes the limit has room for.
  func entries(of size: UInt64) -> UInt64 { (UInt64(limit) + 1) / size }
}

/// An entry of the GDT or an LDT that is not empty.
struct TableDescriptor {
  /// Its number; of one with sixteen bytes, the first one's.
  let index: Int
  /// The first eight bytes.
  let low: SegmentDescriptor
  /// The other eight, of a system segment in IA-32e mode.
  let high: UInt64

  /// The entries of a table that are not empty.
  static func all(in table: TableContents) -> [TableDescriptor] {
    var found: [TableDescriptor] = []
    var index = 0
    while index < table.words.count {
      let low = SegmentDescriptor(rawValue: table.words[index])
      let isWide =
        table.isLong && !low.access.contains(.codeOrData) && low.rawValue != 0
        && index + 1 < table.words.count
      if low.rawValue != 0 {
        let high = isWide ? table.words[index + 1] : 0
        found.append(TableDescriptor(index: index, low: low, high: high))
      }
      index += isWide ? 2 : 1
    }
    return found
  }

  /// The linear address of the segment's first byte.
  var base: UInt64 { high << 32 | UInt64(low.base) }

  /// Whether base and limit mean nothing: 64-bit code.
  var isLongCode: Bool { low.access.contains([.codeOrData, .code]) && low.flags.contains(.long) }

  /// What it describes.
  var name: String {
    let access = low.access
    guard access.contains(.codeOrData) else {
      return SystemSegmentType(access)?.name ?? "reserved type \(access.type)"
    }
    let size = low.flags.contains(.long) ? "64" : low.flags.contains(.big) ? "32" : "16"
    if access.contains(.code) {
      return access.contains(.conformingOrExpandDown)
        ? "\(size)-bit conforming code" : "\(size)-bit code"
    }
    let rights = access.contains(.readableOrWritable) ? "writable" : "read-only"
    return access.contains(.conformingOrExpandDown)
      ? "\(rights) data, expand-down" : "\(rights) data"
  }
}
