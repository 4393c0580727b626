// SPDX-License-Identifier: GPL-2.0-or-later

/// The state of the two interrupt controllers as a person sees it: a bit for each of the 16 lines.
public struct InterruptControllers: Equatable, Sendable {
  /// The lines that ask, masked or not (IRR).
  public var requests: UInt16
  /// The lines that were taken, and whose end the guest has not told (ISR).
  public var inService: UInt16
  /// The lines that may not ask (IMR).
  public var mask: UInt16
  /// The vector of IRQ 0.
  public var masterBase: UInt8
  /// The vector of IRQ 8.
  public var slaveBase: UInt8

  /// Controllers in this state.
  public init(
    requests: UInt16, inService: UInt16, mask: UInt16, masterBase: UInt8, slaveBase: UInt8
  ) {
    (self.requests, self.inService, self.mask) = (requests, inService, mask)
    (self.masterBase, self.slaveBase) = (masterBase, slaveBase)
  }

  init(_ pair: PIC8259Pair) {
    func lines(_ part: KeyPath<PIC8259, UInt8>) -> UInt16 {
      UInt16(pair.master[keyPath: part]) | UInt16(pair.slave[keyPath: part]) << 8
    }
    self.init(
      requests: lines(\.requests), inService: lines(\.inService), mask: lines(\.mask),
      masterBase: pair.master.vectorBase, slaveBase: pair.slave.vectorBase)
  }

  /// The line whose vector this is; nil if none has it.
  public func line(of vector: UInt8) -> IRQ? {
    if vector & 0xf8 == masterBase { return IRQ(vector & 7) }
    return vector & 0xf8 == slaveBase ? IRQ(8 | vector & 7) : nil
  }

  /// The lines among `bits`, the highest priority of a PC first: 0, 1, 8 to 15, 3 to 7.
  public static func lines(_ bits: UInt16) -> [IRQ] {
    let order: [UInt8] = [0, 1, 2] + Array(8...15) + Array(3...7)
    return order.filter { bits >> UInt16($0) & 1 == 1 }.map(IRQ.init)
  }
}
