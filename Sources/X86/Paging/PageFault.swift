// SPDX-License-Identifier: GPL-2.0-or-later

/// A page fault: the error code, and what the code leaves out.
public struct PageFault: Hashable, Sendable {
  /// What the processor pushes.
  public let errorCode: PageFaultErrorCode
  /// The level of the entry that decided.
  public let level: PagingLevel
  /// The bit of that entry that decided.
  public let reason: Reason

  /// A fault of these parts.
  @inlinable public init(errorCode: PageFaultErrorCode, level: PagingLevel, reason: Reason) {
    self.errorCode = errorCode
    self.level = level
    self.reason = reason
  }

  /// The bit that decided.
  public enum Reason: Hashable, Sendable {
    /// P is 0.
    case notPresent
    /// This reserved bit is 1; the lowest, if there are several.
    case reservedBit(UInt8)
    /// R/W is 0.
    case writeProtected
    /// U/S is 0, and the access was made in user mode.
    case supervisorOnly
    /// XD is 1.
    case noExecute
    /// U/S is 1 on every level, and CR4.SMEP forbids the supervisor to fetch from there.
    case smep
    /// U/S is 1 on every level, and CR4.SMAP forbids the supervisor to read or write there.
    case smap
  }
}
