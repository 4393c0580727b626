// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Writes to entries of page tables: one after the other, of addresses that follow each other, with the same flags
/// before and after, and frames that follow each other, too.
struct EntryRun: Equatable {
  /// The first.
  let write: EntryWrite
  /// The last.
  private(set) var last: EntryWrite
  /// How many.
  private(set) var count: UInt64 = 1

  init(_ write: EntryWrite) { (self.write, last) = (write, write) }

  /// As far apart as writes of a loop may be, in nanoseconds.
  private static let pause: UInt64 = 10_000

  /// Takes one more, if it goes on where the last one ended; false if not.
  mutating func take(_ next: EntryWrite) -> Bool {
    let end = last.range.upperBound.value
    guard next.moment - last.moment <= Self.pause, next.level == last.level,
      next.address == last.address, next.range.lowerBound.value == end &+ 1, end != .max,
      next.before.mode == last.before.mode, last.extent == nil, next.extent == nil,
      follows(next.old, last.old), follows(next.new, last.new)
    else { return false }
    last = next
    count += 1
    return true
  }

  /// Whether both entries say nothing, or map pages of one kind side by side.
  private func follows(_ next: PageTableEntry, _ last: PageTableEntry) -> Bool {
    if next == last { return !next.isPresent }
    let size = self.last.range.upperBound.value - self.last.range.lowerBound.value + 1
    return next.isPresent && last.isPresent && next.rawValue == last.rawValue &+ size
  }
}
