// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Breakpoints that were met by accesses, from the access to the debug trap behind its instruction.
struct PendingTraps: Equatable, Sendable {
  /// What the instruction under way has met.
  private var met: DR6 = []
  /// What MOV SS or POP SS has met, which waits for the end of the next instruction
  /// (Intel SDM Vol. 3A §6.8.3 "Masking Exceptions and Interrupts When Switching Stacks").
  private var held: DR6 = []

  /// Whether there is anything to be delivered or held.
  var isEmpty: Bool { met.union(held).isEmpty }

  /// Notes what an access meets.
  mutating func note(_ conditions: DR6) { met.formUnion(conditions) }

  /// Forgets what the instruction under way has met: it has raised a fault, and will begin again.
  mutating func forget() { met = [] }

  /// What is to be delivered behind an instruction; nothing behind a switch of stacks.
  mutating func take(followsStackSwitch: Bool) -> DR6 {
    if followsStackSwitch {
      held.formUnion(met)
      met = []
      return []
    }
    defer { self = PendingTraps() }
    return met.union(held)
  }
}
