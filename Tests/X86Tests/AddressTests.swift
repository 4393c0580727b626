// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@Suite("Addresses")
struct AddressTests {
  @Test(
    "are canonical if bits 63 to 47 agree",
    arguments: [
      (0, true), (0x0000_7fff_ffff_ffff, true), (0x0000_8000_0000_0000, false),
      (0xffff_7fff_ffff_ffff, false), (0xffff_8000_0000_0000, true), (UInt64.max, true),
    ] as [(UInt64, Bool)])
  func canonical(address: UInt64, isCanonical: Bool) {
    #expect(VirtAddr(address).isCanonical == isCanonical)
  }
}
