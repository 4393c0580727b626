// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Monitor

/// Addresses and moments as people write them.
@Suite struct MomentTests {
  @Test(arguments: [
    ("0xffff_8000_0010_0000", Place.address(VirtAddr(0xffff_8000_0010_0000))),
    ("4096", .address(VirtAddr(4096))),
    ("stack_top", .symbol("stack_top", offset: 0)),
    ("main+0x12", .symbol("main", offset: 0x12)),
    ("operator+", .symbol("operator+", offset: 0)),
    ("Kernel.Number.+ infix(a) -> b+8", .symbol("Kernel.Number.+ infix(a) -> b", offset: 8)),
    ("+8", .symbol("+8", offset: 0)),
    ("cr2", .register(.cr2)),
  ])
  func aPlaceIsANumberASymbolOrARegister(_ text: String, place: Place) throws {
    #expect(try Place(text) == place)
  }

  @Test(arguments: ["", "0x", "12monkeys", "0x1_0000_0000_0000_0000"])
  func whatBeginsAsANumberMustBeOne(_ text: String) {
    #expect(throws: OptionError.self) { try Place(text) }
  }

  @Test(arguments: [
    ("end", Moment.end), ("instruction 1_000", .instruction(1000)), ("fault", .fault(1)),
    ("fault 12", .fault(12)), ("main", .place(.symbol("main", offset: 0))),
    ("0x100000", .place(.address(VirtAddr(0x10_0000)))),
  ])
  func aMomentIsTheEndACountOrAPlace(_ text: String, moment: Moment) throws {
    #expect(try Moment(text) == moment)
  }

  @Test(arguments: ["", "fault 0", "instruction x", "rip"])
  func othersAreRefused(_ text: String) {
    #expect(throws: OptionError.self) { try Moment(text) }
  }
}
