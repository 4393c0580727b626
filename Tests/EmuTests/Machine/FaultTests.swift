// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// What Tests/guests/faults.S raises, case by case: vector, error code, RIP and CR2.
@Suite struct FaultTests {
  @Test(arguments: [1, 3, .max] as [UInt64])
  func aPendingX87ExceptionIsRaisedByTheNextInstructionOfTheUnit(_ window: UInt64) throws {
    // swift-format-ignore
    let code: [UInt8] = [
      0x0f, 0x20, 0xc0, 0x0c, 0x20, 0x0f, 0x22, 0xc0,                   // mov eax, cr0; or al, NE; mov cr0, eax
      0xc7, 0x05, 0x00, 0x00, 0x18, 0x00, 0x7b, 0x03, 0x00, 0x00,       // mov dword [0x180000], 0x37b
      0xd9, 0x2d, 0x00, 0x00, 0x18, 0x00,                               // fldcw [0x180000]
      0xd9, 0xe8, 0xd9, 0xee, 0xde, 0xf9,                               // fld1; fldz; fdivp: by zero
      0x90,                                                             // nop
      0xd9, 0xe8,                                                       // fld1
    ]
    let guest = try RunningMachine(code: code + [0xf4])
    let fault = try #require(guest.run(window: window)?.undelivered)
    #expect(fault.vector == 16 && fault.rip == VirtAddr(0x10_001f))
    #expect(guest.machine.instructions == 9)
  }

  /// One case of the guest.
  struct Case: Sendable, CustomTestStringConvertible {
    let number: Int
    let what: String
    let vector: UInt8
    let code: UInt32?
    let at: Place
    let cr2: UInt64?
    let isSoftware: Bool

    init(
      _ number: Int, _ what: String, _ vector: UInt8, _ code: UInt32?, _ at: Place,
      cr2: UInt64? = nil, isSoftware: Bool = false
    ) {
      (self.number, self.what, self.vector, self.code) = (number, what, vector, code)
      (self.at, self.cr2, self.isSoftware) = (at, cr2, isSoftware)
    }

    var testDescription: String { "\(number): \(what)" }
  }

  enum Place: Sendable {
    /// At the guest's label `fault_N`.
    case label
    /// At its label, seen through the user's window, where the page at `user_code` is mapped.
    case userLabel
    case address(UInt64)
  }

  // swift-format-ignore
  static let cases: [Case] = [
    Case( 1, "read of a missing page",               14, 0x00, .label, cr2: 0x4000_0008),
    Case( 2, "write to a missing page",              14, 0x02, .label, cr2: 0x4000_0008),
    Case( 3, "jump to a missing page",               14, 0x10, .address(0x4000_0010), cr2: 0x4000_0010),
    Case( 4, "write to a read-only page",            14, 0x03, .label, cr2: 0x4000_1004),
    Case( 6, "read through a reserved bit",          14, 0x09, .label, cr2: 0x4000_4000),
    Case( 7, "jump to a no-execute page",            14, 0x11, .address(0x4000_3000), cr2: 0x4000_3000),
    Case( 8, "supervisor's jump to a user page",     14, 0x11, .address(0x4000_2000), cr2: 0x4000_2000),
    Case( 9, "supervisor's read of a user page",     14, 0x01, .label, cr2: 0x4000_2800),
    Case(11, "user's read of a supervisor page",     14, 0x05, .userLabel, cr2: 0x4000_5000),
    Case(12, "user's write to a read-only page",     14, 0x07, .userLabel, cr2: 0x4000_8000),
    Case(13, "user's write to a missing page",       14, 0x06, .userLabel, cr2: 0x4000_0000),
    Case(14, "user's jump to a no-execute page",     14, 0x15, .address(0x4000_9000), cr2: 0x4000_9000),
    Case(15, "read of a non-canonical address",      13, 0x00, .label),
    Case(16, "int3",                                  3, nil,  .label, isSoftware: true),
    Case(17, "ud2",                                   6, nil,  .label),
    Case(18, "division by zero",                      0, nil,  .label),
    Case(19, "int 0x80",                           0x80, nil,  .label, isSoftware: true),
    Case(20, "user's hlt",                           13, 0x00, .userLabel),
    Case(21, "store that ends in a missing page",    14, 0x02, .label, cr2: 0x4000_7000),
    Case(22, "bit 63 without NXE",                   14, 0x09, .label, cr2: 0x4000_3000),
    Case(23, "jump to a missing page without NXE",   14, 0x00, .address(0x4000_0010), cr2: 0x4000_0010),
    Case(24, "instruction that ends in a missing page", 14, 0x10, .address(0x4000_6ffc), cr2: 0x4000_7000),
    Case(26, "selector beyond the GDT",              13, 0x1234, .label),
  ]

  /// Cases in which nothing is raised.
  static let harmless = [
    5,  // the supervisor writes to a read-only page without CR0.WP
    10,  // the supervisor reads a user page under SMAP with EFLAGS.AC
  ]

  @Test(arguments: cases, [1_000_000, 7, 1] as [UInt64])
  func aFaultIsExactInWindowsOfAnySize(_ test: Case, window: UInt64) throws {
    let guest = try Self.guest(test.number)
    let expected = Fault(
      vector: test.vector, errorCode: test.code, isSoftware: test.isSoftware,
      rip: try Self.address(of: test), cr2: test.cr2.map(VirtAddr.init))
    #expect(guest.run(window: window)?.undelivered == expected)
  }

  @Test(arguments: harmless) func nothingIsRaised(_ number: Int) throws {
    #expect(try Self.guest(number).run() == .guestExit(value: 0x10))
  }

  @Test func aStoreThatEndsInAMissingPageChangesNothing() throws {
    let guest = try Self.guest(21)
    _ = guest.run()
    // The last bytes of the page that is there: see `straddler` in the guest.
    #expect(guest.machine.peek(4, at: VirtAddr(0x4000_6ffc)) == [0x48, 0xb8, 1, 2])
  }

  @Test func theSameFaultComesAfterTheSameNumberOfInstructions() throws {
    for test in Self.cases {
      let counts = try [1_000_000, 1000, 7, 1].map { (window: UInt64) in
        let guest = try Self.guest(test.number)
        _ = guest.run(window: window)
        return guest.machine.instructions
      }
      #expect(Set(counts).count == 1, "case \(test.number): \(counts)")
    }
  }

  private static func guest(_ number: Int) throws -> RunningMachine {
    let digits = (number < 10 ? "0" : "") + String(number)
    return try RunningMachine(guest: "faults.elf", commandLine: digits)
  }

  private static func address(of test: Case) throws -> VirtAddr {
    func symbol(_ name: String) throws -> UInt64 {
      try Guest.symbol(name, in: "faults.elf").value
    }
    // swift-format-ignore
    return switch test.at {
    case .address(let address): VirtAddr(address)
    case .label:     VirtAddr(try symbol("fault_\(test.number)"))
    case .userLabel: VirtAddr(try symbol("fault_\(test.number)") - symbol("user_code") + 0x4000_2000)
    }
  }
}
