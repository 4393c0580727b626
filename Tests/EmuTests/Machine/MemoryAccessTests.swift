// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Accesses to memory that is no plain RAM are told as they are made, whatever the windows of the run.
@Suite struct MemoryAccessTests {
  private func accesses(window: UInt64) throws -> [MemoryAccess] {
    let guest = try RunningMachine(guest: "mapped.elf")
    guest.machine.watch = .memory
    #expect(guest.run(window: window) == .guestExit(value: 0x10))
    return guest.events.compactMap {
      if case .reachedMemory(let access) = $0 { access } else { nil }
    }
  }

  @Test func `every access has its place, width and value`() throws {
    let accesses = try accesses(window: .max)
    // swift-format-ignore
    let expected: [(MemoryAccess.Direction, UInt64, UInt64, UInt64, MemoryPlace)] = [
      (.write, 0xb80a0,      2, 0x1f48,                  .text(row: 1, column: 0)),
      (.write, 0xb8003,      1, 0x4e,                    .text(row: 0, column: 1)),
      (.write, 0x400b_8144,  8, 0x0e64_0e63_0e62_0e61,   .text(row: 2, column: 2)),
      (.write, 0xb8ffe,      4, 0x0742_0741,             .hiddenText),
      (.read,  0xb8ffe,      4, 0x0742_0741,             .hiddenText),
      (.write, 0xb8ff8,      8, 0x10_0172,               .hiddenText),
      (.write, 0xffff0,      4, 0xffff_ffff,             .rom),
      (.write, 0xa0000,      1, 15,                      .graphics),
      (.write, 0x3000_0000,  8, 0x1234_5678,             .beyondRAM),
      (.write, 0xfee0_00b0,  4, 0,                       try register(0xfee0_00b0)),
      (.read,  0xfee0_0ffc,  8, .max,                    try register(0xfee0_0ffc)),
    ]
    for (direction, linear, width, value, place) in expected {
      #expect(
        accesses.contains {
          $0.direction == direction && $0.linear.value == linear && $0.width == width
            && ($0.value == value || linear == 0xb8ff8) && $0.place == place
        }, "\(direction) of \(String(linear, radix: 16))")
    }
    // Five letters, three halves of cells, a LOCK INC and an ADD of a byte, 20 copies, 80 blanks and so on: none twice.
    #expect(accesses.count { $0.direction == .write } == 5 + 3 + 1 + 1 + 2 + 20 + 80 + 1 + 1 + 4)
    #expect(accesses.count { $0.direction == .read } == 1 + 1 + 3 + 20 + 1 + 2 + 1 + 1 + 3)
  }

  @Test func `the registers of newer PCs have their names`() throws {
    #expect(try "\(#require(MappedRegister(at: PhysAddr(0xfee0_00b0))).name)" == "EOI")
    #expect(try "\(#require(MappedRegister(at: PhysAddr(0xfec0_0010))).name)" == "IOWIN")
    #expect(try "\(#require(MappedRegister(at: PhysAddr(0xfed0_00f0))).device.name)" == "HPET")
    #expect(MappedRegister(at: PhysAddr(0xfef0_0000)) == nil)
  }

  @Test(arguments: [1, 7, 100] as [UInt64]) func `they are the same in every window`(
    _ window: UInt64
  ) throws {
    #expect(try accesses(window: window) == accesses(window: .max))
  }

  @Test func `what is not watched is not told`() throws {
    let guest = try RunningMachine(guest: "mapped.elf")
    guest.machine.watch = [.deliveries, .ports]
    _ = guest.run()
    #expect(!guest.events.contains { if case .reachedMemory = $0 { true } else { false } })
  }

  private func register(_ address: UInt64) throws -> MemoryPlace {
    .register(try #require(MappedRegister(at: PhysAddr(address))))
  }
}
