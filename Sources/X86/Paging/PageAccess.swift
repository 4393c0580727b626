// SPDX-License-Identifier: GPL-2.0-or-later

/// One access to a linear address, as paging sees it.
public struct PageAccess: Hashable, Sendable {
  /// What the access does.
  public var kind: Kind
  /// On whose behalf.
  public var privilege: Privilege

  /// An access of this kind and privilege.
  @inlinable public init(_ kind: Kind, as privilege: Privilege) {
    self.kind = kind
    self.privilege = privilege
  }

  /// What an access does with memory.
  public enum Kind: Sendable {
    /// A data read.
    case read
    /// A data write, or a read that will be followed by one.
    case write
    /// An instruction fetch.
    case fetch
  }

  /// Whose access it is (Intel SDM Vol. 3A §4.6.1 "Determination of Access Rights").
  public enum Privilege: Hashable, Sendable {
    /// Made by a program at CPL 3.
    case user
    /// Made by a program at CPL 0...2; `ac` is EFLAGS.AC, which lifts SMAP.
    case supervisor(ac: Bool)
    /// Made by the processor for itself at any CPL: descriptor tables, the IDT, the TSS. EFLAGS.AC
    /// does not lift SMAP for it.
    case implicitSupervisor
  }
}
