// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Steps 9 and 10 of docs/kernel.md: exceptions, and the stack of the double fault.
@Suite struct KernelFaultTests {
  /// What ends in the kernel's report: demo, title, and how the line below begins and ends.
  // swift-format-ignore
  static let fatal: [(demo: String, title: String, start: String, end: String)] = [
    ("divide-error",       "DIVIDE ERROR",       "#DE",                    ""),
    ("invalid-opcode",     "INVALID OPCODE",     "no such instruction",    ""),
    ("page-fault",         "PAGE FAULT",         "0xdeadbeef000: ",        "page not present, read, in supervisor mode"),
    ("general-protection", "GENERAL PROTECTION", "error code 0x1230: ",    "GDT entry 582"),
    ("write-to-text",      "PAGE FAULT",         "0x1",                    "page present, access not allowed, write, in supervisor mode"),
    ("execute-heap",       "PAGE FAULT",         "0x40000000: ",           "page present, access not allowed, in supervisor mode, instruction fetch"),
    ("guard-page",         "PAGE FAULT",         "0x1",                    "ff8: page not present, write, in supervisor mode"),
    ("double-fault",       "DOUBLE FAULT",       "an exception was raised", "while another one was delivered"),
    ("stack-overflow",     "DOUBLE FAULT",       "an exception was raised", "while another one was delivered"),
  ]

  static func check(_ demo: KernelDemo, _ index: Int) throws {
    let expected = fatal[index]
    let line = try #require(demo.lines.firstIndex(of: "EXCEPTION: \(expected.title)"))
    // The message may take two rows.
    let message = demo.lines[line + 1] + demo.lines[line + 2]
    #expect(
      message.hasPrefix(expected.start) && (expected.end == "" || message.contains(expected.end)),
      "\(message)")
    #expect(!demo.shows("It did not crash!"))
    #expect(demo.lines.last { $0 != "" }?.contains("0x1") == true, "the calls that led there")
  }

  @Test(arguments: fatal.indices) func `an exception that is the end is told in words`(
    _ index: Int
  ) throws {
    try Self.check(KernelDemo(Self.fatal[index].demo), index)
  }

  static func checkBreakpoint(_ demo: KernelDemo) {
    #expect(demo.shows("EXCEPTION: BREAKPOINT"))
    #expect(demo.lines.contains { $0.hasPrefix("  rip 0x1") && $0.contains("  cs 0x8  ") })
    #expect(demo.shows("all registers are as they were: true"))
    #expect(demo.shows("It did not crash!"))
  }

  @Test func `a breakpoint is told, and the program goes on with all its registers`() throws {
    Self.checkBreakpoint(try KernelDemo("breakpoint"))
  }

  @Test func `a page fault is repaired, and the instruction tries again`() throws {
    let demo = try KernelDemo("repair")
    #expect(demo.shows("3 pages were written and read, sum 6, with 3 page faults"))
    #expect(demo.shows("It did not crash!"))
  }

  @Test func `a stack overflow without a stack for the double fault is a triple fault`() throws {
    let guest = try RunningMachine(image: "kernel", commandLine: "demo=triple-fault")
    guard case .tripleFault(let fault) = guest.run() else {
      Issue.record("it did not end in a triple fault")
      return
    }
    #expect(fault.first.vector == Exception.pageFault.rawValue)
  }
}

extension QEMUTests {
  @Test(arguments: KernelFaultTests.fatal.indices)
  func `an exception is on QEMU what it is here`(_ index: Int) throws {
    let name = KernelFaultTests.fatal[index].demo
    let (here, there) = (try KernelDemo(name), try KernelDemo(onQEMU: name))
    try KernelFaultTests.check(there, index)
    // Every row: the words, all registers, the calls.
    #expect(there.linesWithoutRF == here.linesWithoutRF)
  }

  @Test func `the triple fault is on QEMU what it is here, from the first fault on`() throws {
    let guest = try RunningMachine(image: "kernel", commandLine: "demo=triple-fault")
    guard case .tripleFault(let here) = guest.run() else {
      Issue.record("it did not end in a triple fault")
      return
    }
    let there = try QEMUDeliveries("kernel", commandLine: "demo=triple-fault")
    #expect(there.endsInTripleFault && there.status == 0)
    let first = try #require(there.deliveries.first)
    #expect(first == QEMUDeliveries.Delivery(here.first))
    // Each failed delivery, and what it raised.
    let raised = here.failed.map { failed in
      QEMUDeliveries.Escalation(
        during: failed.event.vector, raised: failed.fault.exception.rawValue)
    }
    #expect(there.escalations == raised)
  }

  @Test func `a breakpoint and a repaired page fault return on QEMU`() throws {
    KernelFaultTests.checkBreakpoint(try KernelDemo(onQEMU: "breakpoint"))
    #expect(try KernelDemo(onQEMU: "repair").lines == KernelDemo("repair").lines)
  }
}
