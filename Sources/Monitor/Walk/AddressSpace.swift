// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The whole linear address space as ranges that are mapped alike.
///
/// It is put together from page walks, one for each entry that ends a walk, in ascending order.
struct AddressSpace: Equatable {
  /// Neighbours that are mapped alike.
  struct Area: Equatable {
    /// The first address.
    var start: VirtAddr
    /// The last one.
    var last: VirtAddr
    /// How they are mapped.
    var kind: Kind

    /// The number of bytes; nil for all 2^64 of them.
    var size: UInt64? {
      let (size, overflow) = (last.value - start.value).addingReportingOverflow(1)
      return overflow ? nil : size
    }
  }

  /// How addresses are mapped.
  enum Kind: Equatable {
    /// To memory from `physical` on; nil if the frames are scattered.
    case mapped(physical: PhysAddr?, PageSize, PageRights)
    /// Not at all.
    case unmapped
    /// Not at all, for one page between two that are.
    case guardPage
    /// A reserved bit is set: in words, which.
    case broken(String)
    /// The entry leads back to a table above it: the page tables are seen there. `PML4[511]`.
    case recursive(String)
    /// No address of this processor.
    case nonCanonical
  }

  /// The areas without those that are not mapped at either end, in ascending order.
  private(set) var areas: [Area]
  /// Whether all of the address space is there.
  private(set) var isComplete: Bool

  /// The most walks that are made: enough for 64 GiB of 4 KiB pages, and an end to tables that share
  /// each other a million times.
  static let mostWalks = 1 << 25
  /// Scattered frames are one area if fewer than this lie side by side.
  private static let fewestFrames: UInt64 = 8

  /// The address space by the tables in `memory`.
  init(
    _ paging: PagingState, in memory: borrowing some PhysicalMemoryReader,
    mostWalks: Int = mostWalks
  ) {
    (areas, isComplete) = ([], false)
    var next: VirtAddr? = VirtAddr(0)
    for _ in 0..<mostWalks {
      guard let here = next else { break }
      let area = Self.area(at: here, paging, in: memory)
      append(area)
      let end = paging.mode == .fourLevel ? UInt64.max : 0xffff_ffff
      next = area.last.value < end ? area.last + 1 : nil
    }
    isComplete = next == nil
    joinScattered()
    nameGuardPages()
  }

  // MARK: - One walk

  private static func area(
    at here: VirtAddr, _ paging: PagingState, in memory: borrowing some PhysicalMemoryReader
  ) -> Area {
    let walk = paging.walk(here, for: PageAccess(.read, as: .supervisor(ac: true)), in: memory)
    // The tables below an entry that leads back are those above it: no end would come of it.
    for number in walk.steps.indices where number + 1 < walk.steps.count {
      guard walk.stepWhoseTableReturns(atStep: number) != nil else { continue }
      let rest: UInt64 = (1 << walk.mode.shift(of: walk.steps[number].level)) - 1
      return Area(
        start: here, last: VirtAddr(here.value | rest),
        kind: .recursive(walk.name(ofStep: number)))
    }
    switch walk.outcome {
    case .nonCanonical:
      return Area(start: here, last: VirtAddr(0xffff_7fff_ffff_ffff), kind: .nonCanonical)
    case .mapped(let mapping):
      let last = walk.covered?.upperBound ?? VirtAddr(0xffff_ffff)
      return Area(
        start: here, last: last,
        kind: .mapped(physical: mapping.physical, mapping.pageSize, mapping.rights))
    case .fault(let fault):
      let last = walk.covered?.upperBound ?? here
      guard case .reservedBit = fault.reason else {
        return Area(start: here, last: last, kind: .unmapped)
      }
      return Area(start: here, last: last, kind: .broken(walk.verdict))
    }
  }

  // MARK: - Neighbours

  private mutating func append(_ area: Area) {
    guard let end = areas.last, Self.continues(end, area) else {
      areas.append(area)
      return
    }
    areas[areas.count - 1].last = area.last
  }

  /// Whether `next`, right behind `area`, is mapped as if it were a part of it.
  private static func continues(_ area: Area, _ next: Area) -> Bool {
    guard case .mapped(let first, let size, let rights) = area.kind,
      case .mapped(let second, let nextSize, let nextRights) = next.kind
    else { return area.kind == next.kind }
    guard size == nextSize, rights == nextRights else { return false }
    guard let first, let second else { return first == second }
    return second.value == first.value &+ (next.start.value - area.start.value)
  }

  /// Makes one area of neighbours that differ only in where their frames are, if these are few each.
  private mutating func joinScattered() {
    var joined: [Area] = []
    for area in areas {
      guard let end = joined.last, Self.areFew(area), end.last.value &+ 1 == area.start.value,
        case .mapped(let physical, let size, let rights) = end.kind,
        case .mapped(_, let nextSize, let nextRights) = area.kind, size == nextSize,
        rights == nextRights, physical == nil || Self.areFew(end)
      else {
        joined.append(area)
        continue
      }
      joined[joined.count - 1].last = area.last
      joined[joined.count - 1].kind = .mapped(physical: nil, size, rights)
    }
    areas = joined
  }

  private static func areFew(_ area: Area) -> Bool {
    guard case .mapped(_, let pageSize, _) = area.kind, let size = area.size else { return false }
    return size / pageSize.rawValue < fewestFrames
  }

  private mutating func nameGuardPages() {
    guard areas.count > 2 else { return }
    for index in 1..<areas.count - 1 where areas[index].kind == .unmapped {
      guard areas[index].size == PageSize.kib4.rawValue, areas[index - 1].isMapped,
        areas[index + 1].isMapped
      else { continue }
      areas[index].kind = .guardPage
    }
  }
}

extension AddressSpace.Area {
  /// Whether memory is found there.
  var isMapped: Bool {
    if case .mapped = kind { true } else { false }
  }
}
