// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Emu

/// What the kernel's small operations cost in instructions: a number that has moved is looked at.
@Suite struct KernelMeasureTests {
  @Test(
    arguments: [
      // About four thirds of what was measured; a port counts a thousand.
      ("map and unmap a page and its tables", 18_000), ("map and unmap a page", 4_000),
      ("allocate and give back a frame", 85), ("allocate and give back a block", 370),
      ("a page fault, repaired", 4_500), ("an interrupt that nobody waits for", 1_450),
      ("print an empty line", 8_000),
    ])
  func `an operation costs no more than it did`(_ name: String, limit: Int) throws {
    let demo = try KernelDemo("measure")
    let line = try #require(demo.lines.first { $0.hasSuffix("  \(name)") })
    let count = try #require(line.split(separator: " ").first.flatMap { Int($0) })
    #expect((1...limit).contains(count), "\(line)")
  }
}
