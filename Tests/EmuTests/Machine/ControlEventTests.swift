// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Loads of the processor's own registers are told from the moment that somebody watches, and no longer.
@Suite struct ControlEventTests {
  /// SWAPGS calls only where it was translated for it.
  @Test func `an instruction that was translated before is told, too`() throws {
    let whole = try RunningMachine(guest: "bases.elf")
    whole.machine.watch = .control
    #expect(whole.run() == .guestExit(value: 0x10))
    let swaps = swaps(whole)
    #expect(swaps.count == 4)
    let second = try #require(swaps.dropFirst(1).first)

    let late = try RunningMachine(guest: "bases.elf")
    _ = late.machine.run(nanoseconds: second.instructions)
    #expect(late.machine.instructions == second.instructions)
    late.machine.watch = .control
    _ = late.machine.run(nanoseconds: 3)
    #expect(self.swaps(late) == [swaps[2]])
    late.machine.watch = []
    #expect(late.run() == .guestExit(value: 0x10))
    #expect(self.swaps(late).count == 1)
  }

  private func swaps(_ guest: RunningMachine) -> [ControlChange] {
    guest.events.compactMap {
      if case .controlled(let change) = $0, case .swappedBases = change.what { change } else { nil }
    }
  }
}
