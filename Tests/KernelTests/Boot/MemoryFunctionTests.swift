// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import Testing

/// The kernel's own memory functions, under the names that they have on the build host.
@Suite struct MemoryFunctionTests {
  @Test(arguments: [0, 1, 7, 8, 9, 63])
  func copySetAndCompareTouchExactlyTheirBytes(count: Int) {
    let source = (0..<64).map { UInt8($0 + 1) }
    var target = [UInt8](repeating: 0, count: 66)
    target.withUnsafeMutableBytes { target in
      source.withUnsafeBytes { source in
        guard let to = target.baseAddress, let from = source.baseAddress else { return }
        #expect(boot_memcpy(to + 1, from, count) == to + 1)
        #expect(boot_memcmp(to + 1, from, count) == 0)
        #expect(boot_memcmp(to + 1, from, count + 1) < 0)
        #expect(boot_memcmp(from, to + 1, count + 1) > 0)
      }
    }
    #expect(target == [0] + source.prefix(count) + Array(repeating: 0, count: 65 - count))
    target.withUnsafeMutableBytes { target in
      guard let to = target.baseAddress else { return }
      #expect(boot_memset(to + 1, 0x1AB, count) == to + 1)
    }
    let set = Array(repeating: UInt8(0xAB), count: count)
    #expect(target == [0] + set + Array(repeating: 0, count: 65 - count))
  }

  @Test(arguments: [(0, 0), (0, 1), (1, 0), (0, 8), (8, 0), (0, 20), (20, 0)])
  func moveBetweenOverlappingRangesKeepsEveryByte(from: Int, to: Int) {
    for count in [0, 1, 2, 19, 20] {
      let before = (0..<40).map { UInt8($0) }
      var after = before
      after.withUnsafeMutableBytes { bytes in
        guard let start = bytes.baseAddress else { return }
        #expect(boot_memmove(start + to, start + from, count) == start + to)
      }
      var expected = before
      expected.replaceSubrange(to..<to + count, with: before[from..<from + count])
      #expect(after == expected, "\(count) bytes")
    }
  }
}
