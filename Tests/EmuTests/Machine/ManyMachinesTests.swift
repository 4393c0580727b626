// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing
import X86

@testable import Emu

/// State belongs to a machine: many live in one process.
@Suite struct ManyMachinesTests {
  @Test func machinesTakeTurnsOnOneThread() throws {
    // inc eax; jmp back
    let code: [UInt8] = [0x40, 0xeb, 0xfd]
    let machines = try (0..<5).map { _ in try RunningMachine(code: code) }
    for round in 1...20 as ClosedRange<UInt64> {
      for (number, guest) in machines.enumerated() {
        #expect(guest.machine.run(nanoseconds: 2 * UInt64(number + 1)) == .budgetSpent)
        #expect(guest.machine.registers.rax == round * UInt64(number + 1))
      }
    }
  }

  @Test func machinesRunSideBySide() async throws {
    try await withThrowingTaskGroup(of: UInt64.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let guest = try RunningMachine(code: CountTests.mixed)
          _ = guest.run(window: 1000)
          return guest.machine.instructions
        }
      }
      for try await count in group { #expect(count == CountTests.mixedCount) }
    }
  }

  @Test func everyOneBeginsWithTheSameX87Unit() throws {
    // fnstenv [0x180000]; hlt
    for _ in 0..<2 {
      let guest = try RunningMachine(code: [0xd9, 0x35, 0x00, 0x00, 0x18, 0x00, 0xf4])
      #expect(guest.run() == .halted)
      let words = (0..<3).map { guest.machine.memory.load32(PhysAddr(0x18_0000 + 4 * $0)) }
      // As FNINIT leaves it: the control word, the status word, and tags of eight empty registers.
      #expect(words.map { $0 & 0xffff } == [0x37f, 0, 0xffff])
    }
  }

  @Test func machinesLeaveNothingBehind() throws {
    // Address space, since other tests run beside this one: a machine takes more than 1 GiB of it.
    func gibibytes() throws -> Int {
      let statm = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
      return try #require(statm.split(separator: " ").first.flatMap { Int($0) }) >> 18
    }
    let before = try gibibytes()
    for _ in 0..<100 { _ = try RunningMachine(code: CountTests.mixed).run() }
    #expect(try gibibytes() - before < 50)
  }
}
