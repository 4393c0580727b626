// SPDX-License-Identifier: GPL-2.0-or-later

/// A page walk as it happened: every entry that was read, and how it ended.
public struct PageWalk: Equatable, Sendable {
  /// The paging mode, by which the entries are to be read.
  public let mode: PagingMode
  /// The linear address.
  public let address: VirtAddr
  /// What was to be done there.
  public let access: PageAccess
  /// The entries read, from the top; none without paging and for a non-canonical address.
  public var steps: Steps
  /// How it ended.
  public var outcome: Outcome

  /// A walk that has not begun; its outcome is to be replaced.
  @inlinable init(mode: PagingMode, address: VirtAddr, access: PageAccess) {
    self.mode = mode
    self.address = address
    self.access = access
    steps = Steps()
    outcome = .nonCanonical
  }

  /// One entry read.
  public struct Step: Hashable, Sendable {
    /// Where the entry lies.
    public let entryAddress: PhysAddr
    /// The entry as read, zero-extended from 4 bytes with 32-bit paging.
    public let entry: PageTableEntry
    /// The flags (A, D) that the access sets in this entry and that are not yet set.
    ///
    /// Both lie in the entry's lowest byte: to apply them, OR it with their raw value. A walk that
    /// faults sets nothing: the flags are for entries that a translation used (Intel SDM Vol. 3A
    /// §4.8 "Accessed and Dirty Flags"), and there was none.
    public var sets: PageTableEntry.Flags
    /// The index in its table, cut from the linear address.
    public let index: UInt16
    /// The level of its table.
    public let level: PagingLevel
    /// What this entry and those above it allow together; those above alone if it is not present.
    public let rights: PageRights

    @inlinable init(
      level: PagingLevel, index: UInt16, entryAddress: PhysAddr, entry: PageTableEntry,
      rights: PageRights
    ) {
      self.level = level
      self.index = index
      self.entryAddress = entryAddress
      self.entry = entry
      self.rights = rights
      sets = []
    }
  }

  /// How a walk ends.
  public enum Outcome: Hashable, Sendable {
    /// The access is allowed.
    case mapped(Mapping)
    /// A page fault.
    case fault(PageFault)
    /// Bits 63..47 differ: no page fault, but #GP(0), or #SS(0) for accesses through the stack
    /// (Intel SDM Vol. 1 §3.3.7.1 "Canonical Addressing").
    case nonCanonical
  }

  /// Where an address leads.
  public struct Mapping: Hashable, Sendable {
    /// The physical address, offset included.
    public let physical: PhysAddr
    /// The size of the page it lies in; 4 KiB without paging.
    public let pageSize: PageSize
    /// What all entries allow together.
    public let rights: PageRights

    /// A mapping of these parts.
    @inlinable public init(physical: PhysAddr, pageSize: PageSize, rights: PageRights) {
      self.physical = physical
      self.pageSize = pageSize
      self.rights = rights
    }
  }

  /// Whether a step sets a flag: if not, there is nothing to apply.
  @inlinable public var setsFlags: Bool {
    for step in steps where !step.sets.isEmpty { return true }
    return false
  }
}
