// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// A real kernel's run is the same however it is cut.
@Suite struct ImageCountTests {
  @Test func `the kernel executes the same instructions in windows of any size`() throws {
    let whole = try RunningMachine(image: "kernel")
    #expect(whole.run(window: .max) == .halted)
    #expect(whole.machine.instructions > 100_000)
    for window: UInt64 in [1, 7, 1000, 100_000] {
      let cut = try RunningMachine(image: "kernel")
      #expect(cut.run(window: window) == .halted)
      #expect(cut.machine.instructions == whole.machine.instructions, "window \(window)")
      #expect(cut.machine.screen == whole.machine.screen, "window \(window)")
      #expect(cut.machine.registers == whole.machine.registers, "window \(window)")
    }
  }

  /// Counted in the sources: long-mode takes 37 to its loop over 512 pages, 7 in each, 28 after it.
  @Test(arguments: [("minimal", 4), ("long-mode", 37 + 512 * 7 + 28)] as [(String, UInt64)])
  func `an image in assembly executes what its source says`(_ name: String, count: UInt64) throws {
    let guest = try RunningMachine(image: name)
    #expect(guest.run() == .halted)
    #expect(guest.machine.instructions == count)
  }

  @Test func `clocks show the guest's time in every run`() throws {
    func checksum(window: UInt64) throws -> [Event] {
      let guest = try RunningMachine(guest: "clocks.elf")
      #expect(guest.run(window: window) == .guestExit(value: 0x10))
      // It went on until the RTC's second changed.
      #expect((1_000_000_000..<1_001_000_000).contains(guest.machine.now.nanoseconds))
      return guest.events
    }
    let first = try checksum(window: .max)
    #expect(first.count == 8 + 1)
    #expect(try checksum(window: .max) == first)
    #expect(try checksum(window: 1000) == first)
  }
}
