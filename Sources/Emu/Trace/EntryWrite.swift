// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A write of the program's to an entry of the page tables in force, which has changed it.
public struct EntryWrite: Sited, Equatable, Sendable {
  /// Where and when.
  public let site: Site
  /// The walk of the first address that the entry decides about, as it was.
  public let before: PageWalk
  /// The same walk as it is now.
  public internal(set) var after: PageWalk
  /// The step of both walks that is the entry's.
  public let step: Int
  /// What the table maps that the entry leads to now; nil if it does not lead to one, or to the same as before.
  public internal(set) var extent: PagingExtent?
  /// The entry as memory has it; the walk has another one if the processor keeps the entry (`isKept`).
  public internal(set) var new: PageTableEntry

  /// The entry before.
  public var old: PageTableEntry { before.steps[step].entry }
  /// Its level.
  public var level: PagingLevel { before.steps[step].level }
  /// Whether the processor has the entry in a register, and reads memory at the next load of CR3 only: PAE
  /// paging's first table (Intel SDM Vol. 3A §4.4.1 "PDPTE Registers").
  public var isKept: Bool { before.mode == .pae && level == .pdpt }
  /// The addresses that the entry decides about.
  public var range: ClosedRange<VirtAddr> {
    let rest: UInt64 = 1 << before.mode.shift(of: level) - 1
    return before.address...VirtAddr(before.address.value | rest)
  }
}

/// Translations that the processor has forgotten, by an instruction that makes it do so.
public struct TranslationFlush: Sited, Equatable, Sendable {
  /// Where and when.
  public let site: Site
  /// What did it.
  public let cause: Cause
  /// How much is forgotten.
  public let scope: Scope
  /// What the tables map that are in force from now on; nil if they are those of before.
  public let extent: PagingExtent?

  /// What makes the processor forget translations.
  public enum Cause: Equatable, Sendable {
    /// INVLPG, with the walk of its address as the tables have it now.
    case page(PageWalk)
    /// MOV to CR0, CR3 or CR4, with its value before and after.
    case register(UInt8, ControlChange.Change)
  }

  /// How much the processor forgets.
  public enum Scope: String, Sendable {
    /// The page of an address.
    case page
    /// All but global pages.
    case nonGlobal = "non-global"
    /// All.
    case all
    /// Nothing: paging begins.
    case nothing
  }
}
