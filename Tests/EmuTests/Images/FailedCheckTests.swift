// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// The images check what they need before they switch to 64-bit mode, and say what is missing.
///
/// The machine has all of it, so each check is made to fail by a byte of its own code.
@Suite struct FailedCheckTests {
  /// Bytes of code to find once, and what to put there.
  struct Patch {
    var number: String
    var from: [UInt8]
    var to: [UInt8]
  }

  // swift-format-ignore
  static let patches = [
    // xor eax, 1 << 21: without a change, EFLAGS comes back as it was.
    Patch(number: "1", from: [0x35, 0x00, 0x00, 0x20, 0x00], to: [0x35, 0x00, 0x00, 0x00, 0x00]),
    // cmp eax, 0x80000001: there are fewer leaves than that.
    Patch(number: "2", from: [0x3D, 0x01, 0x00, 0x00, 0x80], to: [0x3D, 0xFF, 0xFF, 0xFF, 0xFF]),
    // test edx, 1 << 29: bit 30, which this processor has not.
    Patch(number: "2", from: [0xF7, 0xC2, 0, 0, 0, 0x20],    to: [0xF7, 0xC2, 0, 0, 0, 0x40]),
  ]

  @Test(arguments: ["long-mode", "kernel"])
  func `a loader of another protocol is ERR 0`(_ image: String) throws {
    for eax: UInt32 in [0, 0x2BAD_B002] {
      try expectError("0", from: RunningMachine(image: image) { $0.eax = eax })
    }
  }

  @Test(arguments: ["long-mode", "kernel"], patches.indices)
  func `a processor that lacks something is named by its number`(
    _ image: String, _ index: Int
  ) throws {
    let patch = Self.patches[index]
    let guest = try RunningMachine(image: image) { try $0.apply(patch) }
    try expectError(patch.number, from: guest)
  }

  /// `ERR: ` and the digit in white on red, and nothing else, for good.
  func expectError(
    _ number: String, from guest: RunningMachine, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(guest.run() == .halted, sourceLocation: sourceLocation)
    var expected = [UInt16](repeating: TextScreen.blankCell, count: 2000)
    for (column, byte) in "ERR: \(number)".utf8.enumerated() {
      expected[column] = 0x4F00 | UInt16(byte)
    }
    #expect(guest.machine.screen.cells == expected, sourceLocation: sourceLocation)
  }
}

extension LoadPlan {
  /// Puts `patch` where its bytes are, which must be one place.
  fileprivate mutating func apply(_ patch: FailedCheckTests.Patch) throws {
    var places: [(write: Int, offset: Int)] = []
    for (number, write) in writes.enumerated() where write.name.contains("segment") {
      for offset in write.bytes.indices where write.bytes[offset...].starts(with: patch.from) {
        places.append((number, offset))
      }
    }
    try #require(places.count == 1, "the code to patch is there \(places.count) times")
    let range = places[0].offset..<places[0].offset + patch.to.count
    writes[places[0].write].bytes.replaceSubrange(range, with: patch.to)
  }
}
