// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Accesses of one direction and width: to one place after the other, or to the same with the same result.
struct MemoryRun: Equatable {
  /// The first.
  let access: MemoryAccess
  /// The last.
  private(set) var last: MemoryAccess
  /// What each read or wrote.
  private(set) var values: [UInt64]

  init(_ access: MemoryAccess) { (self.access, last, values) = (access, access, [access.value]) }

  /// How many.
  var count: Int { values.count }

  /// Whether all are to the same place.
  var isRepetition: Bool { count > 1 && last.linear == access.linear }

  /// As far apart as accesses of a loop may be, in nanoseconds.
  private static let pause: UInt64 = 10_000

  /// Takes one more if it goes on where the last one ended, or does the same again; false if not.
  mutating func take(_ next: MemoryAccess) -> Bool {
    guard next.direction == last.direction, next.width == last.width,
      next.moment - last.moment <= Self.pause, goesOn(with: next)
    else { return false }
    last = next
    values.append(next.value)
    return true
  }

  private func goesOn(with next: MemoryAccess) -> Bool {
    if next.linear == last.linear {
      return (count == 1 || isRepetition) && next.address == last.address
        && next.physical == last.physical && next.value == last.value && next.place == last.place
    }
    return !isRepetition && next.linear.value == last.linear.value &+ last.width
      && next.physical.value == last.physical.value &+ last.width && follows(next.place)
  }

  private func follows(_ place: MemoryPlace) -> Bool {
    switch (last.place, place) {
    case (.text, .text): true
    case (.register(let one), .register(let other)): one.device == other.device
    default: last.place == place
    }
  }

  /// The cells of text memory that whole accesses hold; nil if they hold halves.
  var cells: [TextCell]? {
    guard access.linear.value % 2 == 0, UInt64(count) * access.width % 2 == 0, !isRepetition
    else { return nil }
    if access.width == 1 {
      return stride(from: 0, to: count, by: 2).map {
        TextCell(bits: UInt16(truncatingIfNeeded: values[$0 + 1] << 8 | values[$0]))
      }
    }
    return values.flatMap { value in
      stride(from: 0, to: 8 * access.width, by: 16).map {
        TextCell(bits: UInt16(truncatingIfNeeded: value >> $0))
      }
    }
  }
}

/// What was read and what was written last: a program that copies does both by turns.
struct MemoryRuns {
  /// One of each direction at most; the first began first.
  private var runs: [MemoryRun] = []

  /// Takes one more access, and gives the runs that have ended by it, the first first.
  mutating func take(_ access: MemoryAccess) -> [MemoryRun] {
    let direction = access.direction
    guard let place = runs.firstIndex(where: { $0.access.direction == direction }) else {
      runs.append(MemoryRun(access))
      return []
    }
    if runs[place].take(access) { return [] }
    let end = runs[place].last.instructions
    let isLeft = { (run: MemoryRun) in
      run.access.direction != direction && run.access.instructions > end
    }
    let ended = runs.filter { !isLeft($0) }
    runs = runs.filter(isLeft) + [MemoryRun(access)]
    return ended
  }

  /// All, the first first.
  mutating func end() -> [MemoryRun] {
    if runs.isEmpty { return [] }
    defer { runs = [] }
    return runs
  }
}
