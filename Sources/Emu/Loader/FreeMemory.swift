// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The memory that a kernel leaves free, handed out from its end upwards.
///
/// What is left above the kernel comes first, then the rest from 1 MiB on, and memory below 1 MiB
/// only when nothing else is large enough: many kernels take it without asking.
struct FreeMemory {
  private var gaps: [Range<PhysAddr>]

  /// The memory of `map` that a loader may fill, without what `kernel` takes.
  init(_ map: MemoryMap, without kernel: [Range<PhysAddr>]) {
    let taken = kernel.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
    let end = taken.map(\.upperBound).max() ?? PhysAddr(0)
    let free = map.loadable.flatMap { Self.pieces(of: $0, between: taken) }
    let low = free.filter { $0.lowerBound < PhysAddr(1 << 20) }
    let high = free.filter { $0.lowerBound >= PhysAddr(1 << 20) }
    gaps = high.filter { $0.lowerBound >= end } + high.filter { $0.lowerBound < end } + low
  }

  /// Takes `size` bytes that begin at a multiple of `alignment`, a power of two; nil if there is no
  /// room for them.
  mutating func take(_ size: UInt64, alignment: UInt64) -> PhysAddr? {
    for (index, gap) in gaps.enumerated() {
      let start = gap.lowerBound.value.roundedUp(to: alignment)
      guard start <= gap.upperBound.value, size <= gap.upperBound.value - start else { continue }
      gaps[index] = PhysAddr(start + size)..<gap.upperBound
      return PhysAddr(start)
    }
    return nil
  }

  // Whole pages only, so that nothing shares a page with the kernel.
  private static func pieces(
    of range: Range<PhysAddr>, between taken: [Range<PhysAddr>]
  ) -> [Range<PhysAddr>] {
    var pieces: [Range<PhysAddr>] = []
    var start = range.lowerBound
    for obstacle in taken + [range.upperBound..<range.upperBound] {
      let first = start.value.roundedUp(to: 4096)
      let end = min(obstacle.lowerBound, range.upperBound).value & ~4095
      if first < end { pieces.append(PhysAddr(first)..<PhysAddr(end)) }
      start = max(start, obstacle.upperBound)
    }
    return pieces
  }
}

extension UInt64 {
  /// The next multiple of `alignment`, a power of two; saturates at the highest one.
  func roundedUp(to alignment: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(alignment - 1)
    return (overflow ? .max : sum) & ~(alignment - 1)
  }
}
