// SPDX-License-Identifier: GPL-2.0-or-later
@testable import Emu

/// A bus with a clock: what a guest without a processor can do.
struct PC {
  var bus: Bus
  var now = GuestTime.zero
  /// What the machine was asked for.
  var signals: [Signal] = []

  init(clock: Int64 = 0, below: UInt64 = 128 << 20, above: UInt64 = 0) {
    bus = Bus(clock: clock, memoryBelow4GiB: below, memoryAbove4GiB: above)
  }

  mutating func `in`(_ port: UInt16, _ width: AccessWidth = .byte) -> UInt32 {
    bus.read(port: port, width: width, at: now)
  }

  mutating func out(_ port: UInt16, _ value: UInt32, _ width: AccessWidth = .byte) {
    if let signal = bus.write(port: port, width: width, value: value, at: now) {
      signals.append(signal)
    }
  }

  /// Reads the register `index` behind an index and a data port.
  mutating func `in`(_ indexPort: UInt16, index: UInt32) -> UInt32 {
    out(indexPort, index)
    return `in`(indexPort + 1)
  }

  mutating func out(_ indexPort: UInt16, index: UInt32, _ value: UInt32) {
    out(indexPort, index)
    out(indexPort + 1, value)
  }

  mutating func wait(nanoseconds: UInt64) { now.nanoseconds += nanoseconds }
}

extension Bus {
  /// The interrupt lines as the devices drive them at `now`: bit n is IRQ n.
  func interruptLines(at now: GuestTime) -> UInt16 {
    (pit.line(at: now).level ? 1 << 0 : 0)
      | (keyboardController.irqLine(at: now) ? 1 << 1 : 0)
      | (com1.irqLine ? 1 << 4 : 0)
      | (rtc.irqLine(at: now) ? 1 << 8 : 0)
  }
}

/// Numbers that are the same in every run: SplitMix64.
struct FixedRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
