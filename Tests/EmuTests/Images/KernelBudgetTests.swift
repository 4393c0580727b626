// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// What the kernel may take, in instructions and bytes. The times are in `make bench`.
@Suite struct KernelBudgetTests {
  @Test func `the prompt is there after a small part of its thirty million instructions`() throws {
    let guest = try RunningMachine(image: "kernel", commandLine: "shell")
    let prompt = try #require(Self.untilPrompt(guest))
    // About four thirds of what was measured.
    #expect((100_000...650_000).contains(prompt))
  }

  /// The instructions up to the first HLT, in which the shell waits for a key.
  private static func untilPrompt(_ guest: RunningMachine) -> UInt64? {
    while guest.machine.instructions < 30_000_000 {
      switch guest.machine.run(nanoseconds: 1_000_000) {
      case .waiting: return guest.machine.instructions
      case .stopped: return nil
      case .budgetSpent, .requested: continue
      }
    }
    return nil
  }

  @Test func `the image with its symbols is under 400 KB`() throws {
    #expect(try TestFiles.image("kernel").count < 400_000)
  }
}
