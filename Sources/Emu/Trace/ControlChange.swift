// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A load of one of the registers that decide how the processor works.
public struct ControlChange: Sited, Equatable, Sendable {
  /// Where and when.
  public let site: Site
  /// CR0 before and after.
  public let cr0: Change
  /// IA32_EFER before and after: of a load of CR0, too, it is LMA that may change.
  public let efer: Change
  /// What was loaded.
  public let what: What
  /// Whether a switch to another task loaded it; the instruction is the old task's.
  public var isTaskSwitch = false

  /// A register's value before and after.
  public struct Change: Equatable, Sendable {
    /// Before.
    public let old: UInt64
    /// After.
    public let new: UInt64
  }

  /// What can be loaded.
  public enum What: Equatable, Sendable {
    /// CR0, CR2, CR3, CR4 or CR8.
    case register(UInt8, Change)
    /// A model-specific register.
    case modelSpecific(MSR, Change)
    /// GDTR.
    case globalTable(TableContents)
    /// IDTR.
    case interruptTable(TableContents)
    /// LDTR, with the table.
    case localTable(Registers.Segment, TableContents)
    /// TR.
    case task(Registers.Segment)
    /// The base of FS or GS, by WRFSBASE or WRGSBASE.
    case base(Base, Change)
    /// The base of GS, by SWAPGS: IA32_KERNEL_GS_BASE has the old one.
    case swappedBases(Change)
  }

  /// A segment register whose base can be loaded by itself.
  public enum Base: String, Sendable {
    case fs = "FS"
    case gs = "GS"
  }
}

/// A descriptor table as it was when its register was loaded.
public struct TableContents: Equatable, Sendable {
  /// The linear address of the first entry.
  public let base: VirtAddr
  /// The last valid byte.
  public let limit: UInt32
  /// The table in words of eight bytes: as many as are whole, and can be read.
  public let words: [UInt64]
  /// The first address of it that no page is mapped to; nil if all of it can be read.
  public let unreadable: VirtAddr?
  /// Whether entries of the IDT and of system segments have sixteen bytes.
  public let isLong: Bool

  /// A table of these parts.
  public init(
    base: VirtAddr, limit: UInt32, words: [UInt64], unreadable: VirtAddr?, isLong: Bool
  ) {
    (self.base, self.limit, self.words) = (base, limit, words)
    (self.unreadable, self.isLong) = (unreadable, isLong)
  }
}
