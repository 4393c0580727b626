// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import X86

@Suite struct PortTests {
  static let ports = (0...0xFFFF).compactMap { Port(rawValue: UInt16($0)) }

  @Test func everyPortHasANameOfItsOwn() {
    let names = Self.ports.map { "\($0.name)" }
    #expect(names.allSatisfy { !$0.isEmpty })
    #expect(Set(names).count == names.count)
  }

  @Test(
    arguments: [
      (0x60, "8042 data"), (0x43, "PIT control"), (0x3D4, "VGA CRTC index"),
      (0x3FD, "COM1 line status"), (0xCF9, "reset control"),
    ] as [(UInt16, String)])
  func portIsNamedByItsRegister(number: UInt16, name: String) {
    #expect(Port(rawValue: number).map { "\($0.name)" } == name)
  }
}
