// SPDX-License-Identifier: GPL-2.0-or-later

/// DR6: what a debug exception was about.
///
///     63          16 15  14  13  12 11        4  3   2   1   0
///     ┌─────────────┬───┬───┬───┬───┬──────────┬───┬───┬───┬───┐
///     │ 0 … 0 1 … 1 │BT │BS │BD │ 0 │1 … … … 1 │B3 │B2 │B1 │B0 │
///     └─────────────┴───┴───┴───┴───┴──────────┴───┴───┴───┴───┘
///
/// Intel SDM Vol. 3B §17.2.3 "Debug Status Register (DR6)".
public struct DR6: OptionSet, Hashable, Sendable {
  /// The register's 64 bits.
  public let rawValue: UInt64

  /// The register with these bits.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// B0 to B3: the condition of DR0 to DR3 was met.
  public static let breakpoints = DR6(rawValue: 0xf)
  /// BD: an instruction was about to access a debug register while DR7.GD was set.
  public static let debugRegister = DR6(rawValue: 1 << 13)
  /// BS: an instruction began with the trap flag set.
  public static let singleStep = DR6(rawValue: 1 << 14)
  /// BT: a switch to a task whose TSS has the T flag.
  public static let taskSwitch = DR6(rawValue: 1 << 15)

  /// The register after reset (Intel SDM Vol. 3A Table 9-1 "IA-32 and Intel 64 Processor States
  /// Following Power-up, Reset, or INIT").
  public static let reset = DR6(rawValue: 0xffff_0ff0)

  /// Bn: the condition of the breakpoint with this number, 0...3, was met.
  @inlinable public static func breakpoint(_ number: Int) -> DR6 { DR6(rawValue: 1 << number) }

  /// What the register holds after `value` is written to it: reserved bits have their own values.
  public init(writing value: UInt64) { self = DR6(rawValue: value & 0xe00f).union(.reset) }

  /// The register after a debug exception for these conditions.
  ///
  /// The breakpoint flags are those of this exception; the others are never cleared by the processor.
  public func reporting(_ conditions: DR6) -> DR6 { subtracting(.breakpoints).union(conditions) }
}
