// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import X86

/// DR6 and DR7 as bits, and which breakpoints an event meets.
@Suite struct DebugRegisterTests {
  /// Registers with one enabled breakpoint in DR0.
  private func registers(
    at address: UInt64, about: DR7.Condition, length: UInt64, enabled: UInt64 = 1
  ) -> DebugRegisters {
    let encoded: [UInt64: UInt64] = [1: 0b00, 2: 0b01, 8: 0b10, 4: 0b11]
    var registers = DebugRegisters()
    registers.addresses[0] = VirtAddr(address)
    registers.dr7 = DR7(
      writing: enabled | UInt64(about.rawValue) << 16 | encoded[length, default: 0] << 18)
    return registers
  }

  @Test func reservedBitsOfDR7HaveTheirOwnValues() {
    #expect(DR7(writing: 0).rawValue == 0x400)
    #expect(DR7(writing: ~0).rawValue == 0xffff_27ff)
    #expect(DR7(writing: 0xd800).rawValue == 0x400)
  }

  @Test func reservedBitsOfDR6HaveTheirOwnValues() {
    #expect(DR6(writing: 0).rawValue == 0xffff_0ff0)
    #expect(DR6(writing: ~0).rawValue == 0xffff_efff)
  }

  @Test func breakpointFlagsAreThoseOfTheLastExceptionAndOthersStay() {
    let before = DR6.reset.union([.breakpoint(0), .singleStep])
    #expect(before.reporting(.breakpoint(3)) == DR6.reset.union([.breakpoint(3), .singleStep]))
    #expect(before.reporting([]) == DR6.reset.union(.singleStep))
  }

  @Test func fieldsOfDR7AreThoseOfTheirBreakpoint() {
    // DR0: code, L; DR1: writes of 2, G; DR2: ports of 8, off; DR3: accesses of 4, both.
    let dr7 = DR7(writing: 0xfa50_0000 | 0b1100_1001)
    #expect((0..<4).map(dr7.condition) == [.execution, .writes, .ports, .accesses])
    #expect((0..<4).map(dr7.length) == [1, 2, 8, 4])
    #expect((0..<4).map(dr7.isEnabled) == [true, true, false, true])
  }

  @Test func generalDetectEndsOnEntryToTheHandler() {
    let dr7 = DR7(writing: 0x2003)
    #expect(dr7.detectsAccess)
    #expect(dr7.onEntryToHandler == DR7(writing: 0x0003))
  }

  @Test(arguments: [1, 2, 4, 8] as [UInt64], [1, 2, 4, 8, 16] as [UInt64])
  func anAccessMeetsABreakpointIfTheyShareAByte(_ length: UInt64, _ count: UInt64) {
    let breakpoint = registers(at: 0x1008, about: .accesses, length: length)
    for start in 0x0ff0...0x1020 as ClosedRange<UInt64> {
      let bytes = Set(start..<start + count)
      let isMet = !bytes.isDisjoint(with: 0x1008..<0x1008 + length)
      let met = breakpoint.metByAccess(to: VirtAddr(start), count: count, isWrite: false)
      #expect(met == (isMet ? .breakpoint(0) : []), "\(count) bytes at \(start)")
    }
  }

  @Test(arguments: [1, 2, 4, 8] as [UInt64])
  func theLengthMasksTheAddress(_ length: UInt64) {
    let breakpoint = registers(at: 0x100f, about: .writes, length: length)
    let first = 0x1010 - length
    for address in 0x1000...0x1018 as ClosedRange<UInt64> {
      let met = breakpoint.metByAccess(to: VirtAddr(address), count: 1, isWrite: true)
      #expect(met.isEmpty == !(first..<0x1010).contains(address))
    }
  }

  @Test func anAccessAtTheEndOfTheAddressSpaceIsCompared() {
    let breakpoint = registers(at: ~7, about: .accesses, length: 8)
    #expect(!breakpoint.metByAccess(to: VirtAddr(~0), count: 1, isWrite: false).isEmpty)
    #expect(breakpoint.metByAccess(to: VirtAddr(~15), count: 8, isWrite: false).isEmpty)
  }

  @Test func eachConditionIsMetByItsOwnEventsOnly() {
    // swift-format-ignore
    let rows: [(DR7.Condition, execution: Bool, read: Bool, write: Bool, port: Bool)] = [
      (.execution, true,  false, false, false),
      (.writes,    false, false, true,  false),
      (.ports,     false, false, false, true),
      (.accesses,  false, true,  true,  false),
    ]
    let place = VirtAddr(0x80)
    for row in rows {
      let set = registers(at: place.value, about: row.0, length: 1)
      #expect(!set.metByInstruction(at: place).isEmpty == row.execution)
      #expect(!set.metByAccess(to: place, count: 1, isWrite: false).isEmpty == row.read)
      #expect(!set.metByAccess(to: place, count: 1, isWrite: true).isEmpty == row.write)
      #expect(!set.metByPort(0x80, count: 1).isEmpty == row.port)
    }
  }

  @Test func anInstructionMeetsABreakpointOnItsFirstByteOnly() {
    let set = registers(at: 0x1001, about: .execution, length: 4)
    let met = (0x1000...0x1004 as ClosedRange<UInt64>).map {
      !set.metByInstruction(at: VirtAddr($0)).isEmpty
    }
    #expect(met == [false, true, false, false, false])
  }

  @Test func aBreakpointThatIsNotEnabledIsToldOfOnlyBesideOneThatIs() {
    var set = registers(at: 0x1000, about: .writes, length: 4)
    set.addresses[1] = VirtAddr(0x1000)
    set.dr7 = DR7(writing: set.dr7.rawValue | 0xd << 20)
    let met = set.metByAccess(to: VirtAddr(0x1000), count: 1, isWrite: true)
    #expect(met == [.breakpoint(0), .breakpoint(1)])
    set.dr7 = DR7(writing: set.dr7.rawValue & ~1)
    #expect(set.metByAccess(to: VirtAddr(0x1000), count: 1, isWrite: true).isEmpty)
    // LE and GE enable nothing.
    set.dr7 = DR7(writing: set.dr7.rawValue | 0x300)
    #expect(set.metByAccess(to: VirtAddr(0x1000), count: 1, isWrite: true).isEmpty)
    #expect(!set.dr7.isAnyEnabled)
  }

  @Test func aPageIsWatchedForWhatItsBreakpointsAreAbout() {
    var set = registers(at: 0x1ff8, about: .writes, length: 8)
    #expect(set.watchedAccesses(toPageOf: VirtAddr(0x1000)) == .write)
    #expect(set.watchedAccesses(toPageOf: VirtAddr(0x2000)) == [])
    #expect(set.watchesData && !set.watchesPorts)
    set = registers(at: 0x1234, about: .accesses, length: 4)
    #expect(set.watchedAccesses(toPageOf: VirtAddr(0x1fff)) == [.read, .write])
    set = registers(at: 0x1234, about: .accesses, length: 4, enabled: 0)
    #expect(set.watchedAccesses(toPageOf: VirtAddr(0x1000)) == [] && !set.watchesData)
    set = registers(at: 0x1234, about: .execution, length: 1)
    #expect(set.watchedAccesses(toPageOf: VirtAddr(0x1000)) == [] && !set.watchesData)
    set = registers(at: 0x80, about: .ports, length: 1)
    #expect(set.watchesPorts && !set.watchesData)
  }
}
