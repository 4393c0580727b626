// SPDX-License-Identifier: GPL-2.0-or-later

/// An interrupt line of the PC, 0...15.
public struct IRQ: Hashable, Sendable, CustomStringConvertible {
  /// The line's number.
  public let number: UInt8

  /// The line `number`, of which the lowest four bits count.
  @inlinable public init(_ number: UInt8) { self.number = number & 0xF }

  /// Output 0 of the interval timer.
  public static let timer = IRQ(0)
  /// The keyboard controller.
  public static let keyboard = IRQ(1)
  /// The first serial port.
  public static let com1 = IRQ(4)
  /// The real-time clock.
  public static let clock = IRQ(8)

  /// The line as people call it, such as "IRQ 1 (keyboard)".
  public var description: String {
    switch self {
    case .timer: "IRQ 0 (timer)"
    case .keyboard: "IRQ 1 (keyboard)"
    case .com1: "IRQ 4 (COM1)"
    case .clock: "IRQ 8 (clock)"
    default: "IRQ \(number)"
    }
  }
}
