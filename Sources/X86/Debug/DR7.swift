// SPDX-License-Identifier: GPL-2.0-or-later

/// DR7: which breakpoints are enabled, and what each is about.
///
///     31  30 29  28 27  26 25  24 23  22 21  20 19  18 17  16
///     ┌──────┬──────┬──────┬──────┬──────┬──────┬──────┬──────┐
///     │ LEN3 │ R/W3 │ LEN2 │ R/W2 │ LEN1 │ R/W1 │ LEN0 │ R/W0 │
///     └──────┴──────┴──────┴──────┴──────┴──────┴──────┴──────┘
///     15  14  13  12  11  10   9   8   7   6   5   4   3   2   1   0
///     ┌───┬───┬───┬───┬───┬───┬───┬───┬───┬───┬───┬───┬───┬───┬───┬───┐
///     │ 0 │ 0 │GD │ 0 │ 0 │ 1 │GE │LE │G3 │L3 │G2 │L2 │G1 │L1 │G0 │L0 │
///     └───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┴───┘
///
/// LE and GE, which asked old processors for exact data breakpoints, mean nothing: they always are.
/// Intel SDM Vol. 3B §17.2.4 "Debug Control Register (DR7)".
public struct DR7: RawRepresentable, Hashable, Sendable {
  /// The register's 64 bits.
  public let rawValue: UInt64

  /// The register with these bits.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The register after reset.
  public static let reset = DR7(rawValue: 0x400)

  /// What the register holds after `value` is written to it: reserved bits have their own values.
  public init(writing value: UInt64) { rawValue = value & 0xffff_23ff | 0x400 }

  /// What a breakpoint is about.
  public enum Condition: UInt8, Sendable {
    /// The instruction that begins there.
    case execution = 0b00
    /// Writes of data.
    case writes = 0b01
    /// Reads and writes of ports, if CR4.DE is set; without it the manual defines nothing, and it is
    /// never met here.
    case ports = 0b10
    /// Reads and writes of data, but not fetches of instructions.
    case accesses = 0b11
  }

  /// R/Wn: what breakpoint `number` is about.
  public func condition(_ number: Int) -> Condition {
    Condition(rawValue: UInt8(field(number) & 3)) ?? .execution
  }

  /// LENn: how many bytes breakpoint `number` covers, 1, 2, 4 or 8.
  public func length(_ number: Int) -> UInt64 {
    switch field(number) >> 2 {
    case 0b00: 1
    case 0b01: 2
    case 0b10: 8
    default: 4
    }
  }

  /// Ln or Gn: whether breakpoint `number` raises an exception.
  public func isEnabled(_ number: Int) -> Bool { rawValue >> UInt64(2 * number) & 3 != 0 }

  /// Whether any breakpoint is enabled.
  public var isAnyEnabled: Bool { rawValue & 0xff != 0 }

  /// GD: the next access to a debug register raises an exception instead.
  public var detectsAccess: Bool { rawValue & 1 << 13 != 0 }

  /// The register on entry to the handler of a debug exception, which may access debug registers.
  public var onEntryToHandler: DR7 { DR7(rawValue: rawValue & ~(1 << 13)) }

  /// The register behind a switch of tasks: L0 to L3 were those of the old task.
  public var afterTaskSwitch: DR7 { DR7(rawValue: rawValue & ~0x55) }

  private func field(_ number: Int) -> UInt64 { rawValue >> UInt64(16 + 4 * number) & 0xf }
}
