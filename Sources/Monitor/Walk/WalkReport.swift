// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// How an address is translated at a moment: all that `kemu walk` shows, as a value.
struct WalkReport {
  /// The walk as far as the tables go: that of a read which no right forbids.
  let walk: PageWalk
  /// The walk of each kind of access, supervisor first.
  let accesses: [PageWalk]
  /// CR3.
  let cr3: UInt64
  /// What is at the linear address; nil if it has no name.
  let name: String?
  /// What each table and the physical address are called, as far as they have names.
  let names: [PhysAddr: String]

  /// The report for `address`, by the tables in `memory`.
  ///
  /// - Parameter ac: EFLAGS.AC, which lifts SMAP.
  init(
    of address: VirtAddr, _ paging: PagingState, cr3: UInt64, ac: Bool,
    in memory: borrowing some PhysicalMemoryReader, names: KernelNames?
  ) {
    walk = paging.walk(address, for: PageAccess(.read, as: .supervisor(ac: true)), in: memory)
    var accesses: [PageWalk] = []
    for privilege in [.supervisor(ac: ac), .user] as [PageAccess.Privilege] {
      for kind in [.read, .write, .fetch] as [PageAccess.Kind] {
        accesses.append(paging.walk(address, for: PageAccess(kind, as: privilege), in: memory))
      }
    }
    self.accesses = accesses
    self.cr3 = cr3
    name = names?.name(of: address)
    var found: [PhysAddr: String] = [:]
    for number in walk.steps.indices {
      let table = walk.table(ofStep: number)
      found[table] = names?.name(of: table)
    }
    if case .mapped(let mapping) = walk.outcome {
      found[mapping.physical] = names?.name(of: mapping.physical)
    }
    self.names = found
  }
}
