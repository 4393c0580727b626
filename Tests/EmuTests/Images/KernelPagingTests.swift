// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Steps 6 and 7 of docs/kernel.md: page tables, the first ones and the kernel's own.
@Suite struct KernelPagingTests {
  static func checkPaging(_ demo: KernelDemo) {
    #expect(demo.section("what boot.S has mapped").count == 1)
    #expect(
      demo.section("translations") == [
        "  0xb8000: 0xb8000, page of 2 MiB, rwx", "  0x123456: 0x123456, page of 2 MiB, rwx",
        "  0x3fffffff: 0x3fffffff, page of 2 MiB, rwx", "  0x40000000: nowhere",
        "  0xfffffffffffff000: the top table, by itself",
      ])
    let page = demo.section("a page")
    #expect(page.first == "  before: 0xa80000000 leads nowhere")
    #expect(page.contains("  2 frames became tables"))
    #expect(page.contains("  what is written there is read at its frame: 0xcafef00d"))
    #expect(page.contains("  the screen mapped again: it is part of a huge page of the PD"))
    #expect(page.suffix(2) == ["  unmapped: 0xa80000000 leads nowhere", "  0 frames are missing"])
  }

  @Test func `paging: a page leads nowhere, to its frame, and nowhere again`() throws {
    Self.checkPaging(try KernelDemo("paging"))
  }

  static func checkRemap(_ demo: KernelDemo) throws {
    #expect(demo.shows("NEW TABLE!!!"))
    let mapped = demo.section("what is mapped")
    #expect(mapped.count >= 6)
    #expect(mapped.allSatisfy { !$0.contains("rwx") })
    #expect(mapped.contains { $0.hasPrefix("  0xb8000..<0xb9000 ") && $0.contains("rw-") })
    let line = try #require(demo.lines.first { $0.hasPrefix("guard page at 0x") })
    let address = try #require(UInt64(line.dropFirst(16), radix: 16))
    // It is a hole: one range ends there, and the next begins a page later.
    let hex = (String(address, radix: 16), String(address + 4096, radix: 16))
    #expect(mapped.contains { $0.contains("..<0x\(hex.0) ") })
    #expect(mapped.contains { $0.hasPrefix("  0x\(hex.1)..<") })
  }

  @Test func `remap: new tables, a guard page, nothing writable and executable`() throws {
    try Self.checkRemap(KernelDemo("remap"))
  }

  @Test func `remap: the machine's registers and tables say what the kernel says`() throws {
    let guest = try RunningMachine(image: "kernel", commandLine: "demo=remap")
    #expect(guest.run() == .halted)
    let registers = guest.machine.registers
    #expect(registers.cr0.contains(.wp) && registers.efer.contains(.nxe))
    for kind in [PageAccess.Kind.write, .fetch] {
      // 1 MiB is .rodata.
      let walk = guest.machine.walk(
        VirtAddr(0x10_0000), for: PageAccess(kind, as: .supervisor(ac: false)))
      guard case .fault = walk.outcome else {
        Issue.record("a \(kind) of constants is allowed")
        continue
      }
    }
  }
}

extension QEMUTests {
  @Test func `page tables on QEMU are what they are here`() throws {
    KernelPagingTests.checkPaging(try KernelDemo(onQEMU: "paging"))
    try KernelPagingTests.checkRemap(KernelDemo(onQEMU: "remap"))
  }
}
