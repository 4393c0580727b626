// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Emu

/// Every guest checks its own claim, and says by its exit value whether it holds.
@Suite struct GuestTests {
  @Test(arguments: Guest.names) func aGuestOfTheBootProtocolsFindsItsClaimTrue(
    _ name: String
  ) throws {
    let guest = try RunningMachine(
      guest: name, commandLine: "alpha beta=1", modules: LoaderGuestTests.modules)
    #expect(guest.run() == .guestExit(value: 0x10))
  }

  @Test(arguments: ["paging-32", "paging-pae", "paging-4level"])
  func aPagingModeTranslatesAndMarks(_ name: String) throws {
    #expect(try RunningMachine(guest: "\(name).elf").run() == .guestExit(value: 0x10))
  }
}
