// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// A guest that stands still at an address. Its debug registers are its own: nothing is needed of them.
final class WatchedGuest: Guest {
  private let machine: Machine
  private let target: VirtAddr
  /// Whether the instruction at the address is the next one.
  private(set) var isThere: Bool

  /// A guest that stops before the first instruction at `target`.
  init(_ machine: Machine, stoppingAt target: VirtAddr) {
    (self.machine, self.target) = (machine, target)
    isThere = machine.processor.rip == target
  }

  func run(nanoseconds: UInt64) -> Machine.Pause {
    let pause = machine.run(nanoseconds: nanoseconds, stoppingAt: target)
    isThere = machine.processor.rip == target
    return pause
  }

  func requestPause() { machine.requestPause() }
  func raiseNMI() { machine.raiseNMI() }
  func skip(to moment: GuestTime) { machine.skip(to: moment) }
  func type(_ scancodes: [UInt8]) -> Bool { machine.type(scancodes) }
  var keyboardIsDrained: Bool { machine.keyboardIsDrained }
  func receiveOnCOM1(_ byte: UInt8) -> Bool { machine.receiveOnCOM1(byte) }
  var com1IsDrained: Bool { machine.com1IsDrained }
  var instructions: UInt64 { machine.instructions }
  var now: GuestTime { machine.now }
  var screen: TextScreen { machine.screen }
  var processor: Processor { machine.processor }
}
