// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What a debug exception was raised for.
public struct DebugReason: Equatable, Sendable {
  /// The conditions, with the meaning of DR6, of this exception alone.
  public let conditions: DR6
  /// The registers that hold the breakpoints.
  public let registers: DebugRegisters

  /// The breakpoints that were met and are enabled, as numbers of DR0 to DR3. DR6 may name others.
  public var breakpoints: [Int] {
    (0..<4).filter { conditions.contains(.breakpoint($0)) && registers.dr7.isEnabled($0) }
  }
}
