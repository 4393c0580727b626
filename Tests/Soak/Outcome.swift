// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc
import X86

@testable import Emu

/// All that a run of a guest can be told by.
struct Outcome: Equatable {
  /// How it ended.
  let end: Machine.Pause
  let registers: Registers
  /// Instructions and nanoseconds; nil for a guest that spins, which is noticed at the end of a window.
  let instructions, time: UInt64?
  /// A sum over the memory, and one over what it sent out.
  let memory, events: UInt64
  /// The bytes of the instruction that would be next.
  let next: [UInt8]
}

extension RandomGuest {
  /// Runs the guest on a machine of its own for `time` nanoseconds, in windows of `window`, with what it does
  /// watched or not.
  func run(
    window: UInt64, for time: UInt64, watching watched: Event.Categories = []
  ) throws(MachineError) -> Outcome {
    let sent = Sum()
    let machine = try Machine(.init(memory: memory, clock: 0), loading: plan) { event in
      if case .output(_, let byte) = event { sent.add(UInt64(byte)) }
    }
    while machine.registers.rip != prologueEnd {
      if case .stopped(let stop) = machine.run(nanoseconds: 1) { fatal(seed, "prologue: \(stop)") }
    }
    machine.registers = registers
    machine.watch = watched
    let end = machine.now + time
    var pause = Machine.Pause.budgetSpent
    loop: while machine.now < end {
      pause = machine.run(nanoseconds: min(window, end - machine.now))
      switch pause {
      case .stopped: break loop
      case .waiting(let moment): machine.skip(to: min(moment ?? end, end))
      case .budgetSpent, .requested: break
      }
    }
    if case .stopped(.engineFailure(let code)) = pause {
      fatal(seed, "the engine gave up with \(code)")
    }
    let spins = pause == .stopped(.spinning)
    return Outcome(
      end: pause, registers: machine.registers, instructions: spins ? nil : machine.instructions,
      time: spins ? nil : machine.now.nanoseconds, memory: machine.memory.sum(), events: sent.value,
      next: machine.peek(8, at: machine.registers.nextInstruction))
  }
}

/// A sum that depends on the order (FNV-1a's, by words).
final class Sum {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  func add(_ word: UInt64) {
    value = (value ^ word) &* 0x0000_0100_0000_01b3
    value ^= value >> 29
  }
}

extension PhysicalMemory {
  /// A sum over all that was ever written and is not zero; nothing is touched that was not before.
  func sum() -> UInt64 {
    let sum = Sum()
    for (page, isTouched) in touchedPages().enumerated() where isTouched {
      let words = UnsafeRawBufferPointer(start: base + page * 4096, count: 4096).bindMemory(
        to: UInt64.self)
      guard words.contains(where: { $0 != 0 }) else { continue }
      sum.add(UInt64(page))
      for word in words { sum.add(word) }
    }
    return sum.value
  }

  /// Which pages the host has given, from /proc/self/pagemap: bit 63 present, bit 62 swapped.
  private func touchedPages() -> [Bool] {
    let count = Int(length / 4096)
    var entries = [UInt64](repeating: 0, count: count)
    let file = open("/proc/self/pagemap", O_RDONLY)
    defer { close(file) }
    let offset = off_t(UInt(bitPattern: base) / 4096 * 8)
    guard file >= 0, pread(file, &entries, count * 8, offset) == count * 8 else {
      fatal(0, "/proc/self/pagemap cannot be read")
    }
    return entries.map { $0 >> 62 != 0 }
  }
}
