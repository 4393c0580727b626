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
        #expect(guest.machine.run(instructions: 2 * UInt64(number + 1)) == .budgetSpent)
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

  @Test func machinesLeaveNothingBehind() throws {
    func residentPages() throws -> Int {
      let statm = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
      return try #require(Int(statm.split(separator: " ")[1]))
    }
    for _ in 0..<20 { _ = try RunningMachine(code: CountTests.mixed).run() }
    let before = try residentPages()
    for _ in 0..<100 { _ = try RunningMachine(code: CountTests.mixed).run() }
    // A machine touches some 4 MiB; a hundred that stayed would be a hundred thousand pages.
    #expect(try residentPages() - before < 10_000)
  }
}
