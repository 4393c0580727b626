// SPDX-License-Identifier: GPL-2.0-or-later

/// Physical memory, as a page walk reads it.
public protocol PhysicalMemoryReader {
  /// The four bytes at `address`, little-endian; all ones where nothing answers.
  func load32(_ address: PhysAddr) -> UInt32
  /// The eight bytes at `address`, little-endian; all ones where nothing answers.
  func load64(_ address: PhysAddr) -> UInt64
}

// The walk. From CR3 to the page, each part of the address chooses the entry that leads on:
//
//     bits      47..39       38..30       29..21       20..12       11..0
//                 │            │            │            │            │
//     CR3 ──▶ PML4[index] ▶ PDPT[index] ▶ PD[index] ──▶ PT[index] ──▶ page + offset
//                              │ PS         │ PS
//                              ▼            ▼
//                         1 GiB page   2 MiB page        (offset: all bits below the index)
//
// PAE paging starts at the PDPT, 32-bit paging at the PD (4 MiB pages, ten bits an index). Each entry
// is asked, in this order: is it present, are its reserved bits zero, does it map a page? The rights
// of all of them together are asked last.
//
// With PAE paging the four PDPTEs are in the processor (`PointerEntries`), and their reserved bits were
// looked at when they were loaded. A step shows where the entry was read from.

extension PagingState {
  /// Translates `address` for `access` by the tables in `memory`, changing nothing.
  ///
  /// Outside long mode linear addresses have 32 bits: the upper half of `address` is dropped.
  /// Intel SDM Vol. 3A §4.3 "32-Bit Paging", §4.4 "PAE Paging", §4.5 "4-Level Paging".
  @inlinable public func walk(
    _ address: VirtAddr, for access: PageAccess, in memory: borrowing some PhysicalMemoryReader
  ) -> PageWalk {
    var walk = PageWalk(mode: mode, address: address, access: access)
    walk.outcome = descend(to: address, for: access, in: memory, recording: &walk.steps)
    return walk
  }

  /// Goes down from the top table, records each entry read in `steps`, and says how it ended.
  @inlinable func descend(
    to address: VirtAddr, for access: PageAccess, in memory: borrowing some PhysicalMemoryReader,
    recording steps: inout PageWalk.Steps
  ) -> PageWalk.Outcome {
    // Twice the same, so that the compiler has one for which the mode is no question at each level.
    if mode == .fourLevel {
      if !address.isCanonical { return .nonCanonical }
      return descend(from: .pml4, to: address, for: access, in: memory, recording: &steps)
    }
    guard let level = mode.topLevel else { return identity(address) }
    return descend(from: level, to: address, for: access, in: memory, recording: &steps)
  }

  @inlinable @inline(__always) func descend(
    from top: PagingLevel, to address: VirtAddr, for access: PageAccess,
    in memory: borrowing some PhysicalMemoryReader, recording steps: inout PageWalk.Steps
  ) -> PageWalk.Outcome {
    var level = top

    var table = root
    var rights = PageRights.all
    while true {
      let index = mode.index(of: address, at: level)
      let place = table + UInt64(index) * mode.entrySize
      let entry =
        mode == .pae && level == .pdpt ? pointers[index] : load(place, from: memory)
      if entry.isPresent { rights.formIntersection(self.rights(of: entry, at: level)) }
      var step = PageWalk.Step(
        level: level, index: index, entryAddress: place, entry: entry, rights: rights)
      guard entry.isPresent else {
        steps.append(step)
        return fault(access, .notPresent, level, &steps)
      }
      let wrong = entry.rawValue & reservedBits(of: entry, at: level)
      guard wrong == 0 else {
        steps.append(step)
        return fault(access, .reservedBit(UInt8(wrong.trailingZeroBitCount)), level, &steps)
      }
      switch target(of: entry, at: level) {
      case .table(let below):
        step.sets = usedFlags(at: level, mapsPage: false, by: access).subtracting(entry.flags)
        steps.append(step)
        table = entry.address
        level = below
      case .page(let size):
        step.sets = usedFlags(at: level, mapsPage: true, by: access).subtracting(entry.flags)
        steps.append(step)
        if let reason = denial(of: access, by: rights) {
          return fault(access, reason, steps.decidingLevel(of: reason), &steps)
        }
        let offset = address.value & (size.rawValue - 1)
        return .mapped(
          .init(physical: entry.frame(of: size) + offset, pageSize: size, rights: rights))
      }
    }
  }

  /// Without paging: the address itself.
  @inlinable func identity(_ address: VirtAddr) -> PageWalk.Outcome {
    .mapped(
      .init(physical: PhysAddr(address.value & 0xffff_ffff), pageSize: .kib4, rights: .all))
  }

  @inlinable @inline(__always) func load(
    _ place: PhysAddr, from memory: borrowing some PhysicalMemoryReader
  ) -> PageTableEntry {
    PageTableEntry(
      rawValue: mode == .bits32 ? UInt64(memory.load32(place)) : memory.load64(place))
  }

  /// The fault that ends a walk, which then sets no flags.
  @usableFromInline @inline(never) func fault(
    _ access: PageAccess, _ reason: PageFault.Reason, _ level: PagingLevel,
    _ steps: inout PageWalk.Steps
  ) -> PageWalk.Outcome {
    for number in 0..<steps.count { steps[number].sets = [] }
    return .fault(
      PageFault(errorCode: errorCode(of: access, reason: reason), level: level, reason: reason))
  }
}

extension PageWalk.Steps {
  /// The level of the first entry that takes away the right whose lack is `reason`; for SMEP and SMAP,
  /// where no entry takes away anything, the level of the page.
  @inlinable func decidingLevel(of reason: PageFault.Reason) -> PagingLevel {
    // swift-format-ignore
    let right: PageRights =
      switch reason {
      case .supervisorOnly: .user
      case .writeProtected: .writable
      case .noExecute:      .executable
      default:              []
      }
    for step in self where !step.rights.isSuperset(of: right) { return step.level }
    return self[endIndex - 1].level
  }
}
