// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import Testing
import X86

@testable import Kernel

@Suite struct ExceptionReportTests {
  static func report(_ vector: UInt8, code: UInt64 = 0, address: UInt64 = 0) -> ExceptionReport {
    var state = CPUState()
    (state.vector, state.error_code) = (UInt64(vector), code)
    return ExceptionReport(vector: vector, state: state, faultAddress: VirtAddr(address))
  }

  @Test(arguments: 0..<32 as Range<UInt8>) func everyVectorHasATitleAndAMessage(vector: UInt8) {
    let report = Self.report(vector, code: 0x18)
    let title = String(report.title)
    if let exception = Exception(rawValue: vector) {
      #expect(title == "EXCEPTION: " + exception.facts.name.uppercased())
    } else {
      #expect(title == "EXCEPTION: RESERVED VECTOR \(vector)")
    }
    #expect(String(report.message) != "")
  }

  @Test(
    arguments: [
      (14, 0, 0xB8000, "0xb8000: page not present, read, in supervisor mode"),
      (14, 3, 0x1000, "0x1000: page present, access not allowed, write, in supervisor mode"),
      (14, 6, 0, "0x0: page not present, write, in user mode"),
      (
        14, 0x11, 0x4000_0000,
        "0x40000000: page present, access not allowed, in supervisor mode, instruction fetch"
      ),
      (
        14, 9, 0,
        "0x0: page present, access not allowed, read, in supervisor mode, "
          + "reserved bit set in an entry"
      ),
      (13, 0, 0, "error code 0x0: no descriptor is at fault"),
      (13, 0x1230, 0, "error code 0x1230: GDT entry 582"),
      (11, 0x72, 0, "error code 0x72: IDT entry 14"),
      (10, 0x2D, 0, "error code 0x2d: LDT entry 5, while an event was delivered"),
      (17, 0, 0, "error code 0x0"), (0, 0, 0, "#DE"),
      (8, 0, 0, "an exception was raised while another one was delivered"),
      (31, 0, 0, "the processor has no such exception"),
    ] as [(UInt8, UInt64, UInt64, String)])
  func errorCodesAreWords(vector: UInt8, code: UInt64, address: UInt64, expected: String) {
    #expect(String(Self.report(vector, code: code, address: address).message) == expected)
  }

  @Test func frameIsWhatTheProcessorPushed() {
    var state = CPUState()
    (state.rip, state.cs, state.rflags, state.rsp, state.ss) = (0x10_1234, 8, 0x46, 0x14_0000, 0)
    let report = ExceptionReport(vector: 3, state: state, faultAddress: VirtAddr(0))
    #expect(String(report.frame) == "rip 0x101234  cs 0x8  rflags 0x46  rsp 0x140000  ss 0x0")
  }

  @Test func stubsPushACodeOfTheirOwnWhereTheProcessorDoesNot() {
    for exception in Exception.allCases {
      let bit = VECTORS_WITH_ERROR_CODE >> Int32(exception.rawValue) & 1
      #expect((bit != 0) == exception.facts.pushesErrorCode, "\(exception)")
    }
    let reserved = (0..<32).filter { Exception(rawValue: UInt8($0)) == nil }
    #expect(reserved.allSatisfy { VECTORS_WITH_ERROR_CODE >> Int32($0) & 1 == 0 })
  }
}

@Suite struct DescriptorTests {
  @Test func everyGateLeadsToTheStubOfItsVectorAndOnlySomeToAnotherStack() {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 512) { words in
      guard let start = words.baseAddress else { return }
      words.initialize(repeating: .max)
      let table = InterruptTable(start, code: SegmentSelector(index: 1)) {
        VirtAddr(0xFFFF_8000_1234_0000 + UInt64($0) * 16)
      }
      table.use(stack: 1, for: .doubleFault)
      table.remove(.pageFault)
      for vector in UInt8.min...UInt8.max {
        let gate = table[vector]
        #expect(gate.offset == 0xFFFF_8000_1234_0000 + UInt64(vector) * 16)
        #expect(gate.type == .interruptGate && gate.selector.rawValue == 8)
        #expect(gate.access.privilegeLevel == 0 && gate.high >> 32 == 0)
        #expect(gate.stack == (vector == 8 ? 1 : 0))
        #expect(gate.access.contains(.present) == (vector != 14))
      }
    }
  }

  @Test func globalTableHandsOutSelectorsInOrder() {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 8) { words in
      guard let start = words.baseAddress else { return }
      var table = GlobalTable(start)
      #expect(table.append(.kernelCode).rawValue == 8)
      let task = SystemDescriptor(.availableTSS, base: 0x1_0000_0000, limit: 0x67)
      #expect(table.append(task).rawValue == 16)
      #expect(table.append(.kernelCode).rawValue == 32, "a system segment takes two entries")
      #expect(table.limit == 39)
      // What boot.S has: accessed, executable, code or data, present, long.
      let bootCode: UInt64 = 1 << 40 | 1 << 43 | 1 << 44 | 1 << 47 | 1 << 53
      #expect(Array(words.prefix(3)) == [0, bootCode, task.low.rawValue])
      #expect(words[3] == 1)
    }
  }

  @Test func taskStateHasStacksWhereTheProcessorLooks() throws {
    try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 26) { words in
      guard let start = words.baseAddress else { return }
      words.initialize(repeating: .max)
      let task = TaskState(start)
      task.set(ist: 3, to: KernelStack(number: 2))
      var bytes: [UInt8] = []
      for word in words { bytes.append(littleEndian: word) }
      var reader = ByteReader(bytes, at: UInt64(TaskStateSegment.Long.ist(3)))
      let stack: UInt64 = try reader.read()
      #expect(stack == KernelStack(number: 2).top.value)
      reader.offset = UInt64(TaskStateSegment.ioMapBase)
      let map: UInt16 = try reader.read()
      #expect(map == 104)
      #expect(bytes.enumerated().allSatisfy { $1 == 0 || (0x34..<0x3C).contains($0) || $0 == 0x66 })
    }
  }

  @Test func stacksAreApartByAGuardPage() {
    let stacks = (0..<3).map { KernelStack(number: $0) }
    for (lower, upper) in zip(stacks, stacks.dropFirst()) {
      #expect(upper.guardPage.start == lower.top)
      #expect(upper.lowest - lower.top == 4096)
      #expect(lower.top - lower.lowest == 8 * 4096)
    }
    #expect(KernelStack(containing: stacks[1].lowest) == stacks[1])
    #expect(KernelStack(containing: VirtAddr(stacks[1].top.value - 1)) == stacks[1])
    #expect(KernelStack(containing: stacks[1].top) == nil)
    #expect(KernelStack(containing: VirtAddr(0)) == nil)
    #expect(KernelStack(containing: VirtAddr(.max)) == nil)
  }
}
