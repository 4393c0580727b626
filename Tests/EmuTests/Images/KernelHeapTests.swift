// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Emu

/// Step 8 of docs/kernel.md: the heap.
@Suite struct KernelHeapTests {
  @Test(arguments: ["list", "blocks"]) func `heap: all that was allocated is free again`(
    _ kind: String
  ) throws {
    Self.check(try KernelDemo("heap", options: "heap=\(kind)"))
  }

  static func check(_ demo: KernelDemo) {
    for line in [
      "array       1000 squares, the largest 1000000, sum 333833500",
      "dictionary  250 roots, 1849 has 43; 1, 3",
      "class       a tree of 255 in 2 branches, 0 when it is let go",
      "closure     ten of them add up to 55",
      "growth      40000 numbers made the heap grow 1 time",
      "10 000 strings of 88 bytes", "It did not crash!",
    ] { #expect(demo.shows(line)) }
    let reports = demo.lines.filter { $0.contains(" allocations") }
    #expect(reports.count == 3)
    #expect(reports.allSatisfy { $0.contains(": 0 blocks, 0 bytes of ") })
  }

  @Test func `heap: an allocator that takes nothing back does not last`() throws {
    let demo = try KernelDemo("heap", options: "heap=bump")
    #expect(demo.shows(" KERNEL PANIC"))
    #expect(demo.lines.contains { $0.hasPrefix("The heap is full: ") })
    #expect(!demo.lines.contains { $0.hasPrefix("10 000 strings") })
  }
}

extension QEMUTests {
  @Test func `the heap is on QEMU what it is here`() throws {
    let there = try KernelDemo(onQEMU: "heap")
    KernelHeapTests.check(there)
    #expect(there.lines == (try KernelDemo("heap").lines))
  }
}
