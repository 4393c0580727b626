// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing
import X86

@testable import Emu
@testable import Monitor

/// What is said of the exceptions of Tests/guests/faults.S, none of which has a stack at fault.
@Suite struct FaultWordsTests {
  // swift-format-ignore
  static let cases: [(number: Int, says: String)] = [
    ( 2, "wrote to 0x40000008: P of PT[0] is 0"),
    ( 3, "Execution got to 0x40000010, where nothing is mapped."),
    ( 4, "wrote to 0x40001004: R/W of PT[1] is 0: the page is read-only, and CR0.WP is 1"),
    ( 8, "which may not be executed: U/S is 1 on every level, and CR4.SMEP forbids"),
    (12, "The user program at 0x4000"),
    (15, "raised #GP: RAX = 0x8000_0000_0000 is not canonical"),
    (17, "is UD2, which compilers put where a program must never come"),
    (18, "divided by zero"),
    (20, "raised #GP; it is HLT, which only the kernel may execute"),
    (22, "no-execute is not switched on: while EFER.NXE is 0"),
  ]

  @Test(arguments: cases.indices) func anExceptionIsSaidInWords(_ index: Int) throws {
    let (number, says) = Self.cases[index]
    let path = try Kernels.guest("faults.elf")
    let digits = (number < 10 ? "0" : "") + String(number)
    let plan = try Loader.plan(
      kernel: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), name: "faults",
      commandLine: digits, modules: [], memory: .standard)
    let machine = try Machine(.init(memory: .standard, clock: 0), loading: plan) { _ in }
    guard case .stopped(let stop) = machine.run(nanoseconds: 1_000_000) else {
      Issue.record("it goes on")
      return
    }
    let evidence = Evidence(of: machine, KernelFile(plan.elf))
    let found = try #require(PostMortem(.guest(stop), evidence))
    #expect(found.cause.contains(says), "\(found.cause)")
    #expect(!found.lookFirst.isEmpty)
  }

  @Test func nothingIsSaidOfAGuestThatIsDone() throws {
    let machine = try Machine(
      .init(memory: .standard, clock: 0),
      loading: LoadPlan(
        writes: [
          LoadPlan.Write(
            address: PhysAddr(0x10_0000), bytes: [0xfa, 0xf4], zeroes: 0, name: "cli; hlt")
        ], entry: PhysAddr(0x10_0000), eax: 0, ebx: 0, elf: nil, warnings: [])
    ) { _ in }
    _ = machine.run(nanoseconds: 1000)
    let evidence = Evidence(of: machine, KernelFile(nil))
    for end in [
      .guest(.halted), .guest(.spinning), .guest(.waitingForNothing), .instructionBudget(1), .quit,
      .idle(.seconds(1), keysLeft: 0), .untilMet(.screen), .guest(.powerOff), .signal(2),
    ] as [SessionEnd] {
      #expect(PostMortem(end, evidence) == nil)
    }
  }
}
