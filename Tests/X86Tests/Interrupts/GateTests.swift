// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@Suite("Gates, system segments and selector error codes")
struct GateTests {
  /// Gates as kernels write them, byte for byte, and what they say.
  @Test(
    "gates split and join",
    arguments: [
      // Linux's page fault gate; a double fault gate on stack 1; int 0x80 for user mode
      (0x8181_8e00_0010_2340, 0xffff_ffff, .interruptGate, 0x10, 0xffff_ffff_8181_2340, 0, 0),
      (0x0010_8e01_0008_4567, 0, .interruptGate, 0x08, 0x10_4567, 0, 1),
      (0xc012_ef00_0060_3456, 0, .trapGate, 0x60, 0xc012_3456, 3, 0),
      (0x0000_8500_0028_0000, 0, .taskGate, 0x28, 0, 0, 0),
    ] as [(UInt64, UInt64, SystemSegmentType, UInt16, UInt64, UInt8, UInt8)])
  func gate(
    low: UInt64, high: UInt64, type: SystemSegmentType, selector: UInt16, offset: UInt64,
    dpl: UInt8, stack: UInt8
  ) {
    let gate = GateDescriptor(low: low, high: high)
    #expect(gate.type == type)
    #expect(gate.selector.rawValue == selector)
    #expect(gate.offset == offset)
    #expect(UInt64(gate.offset32) == offset & 0xffff_ffff)
    #expect(gate.access.privilegeLevel == dpl)
    #expect(gate.stack == stack)
    let joined = GateDescriptor(
      type, selector: gate.selector, offset: offset, privilegeLevel: dpl, stack: stack)
    #expect(joined == gate)
  }

  @Test("code and data segments are no system segments, nor are reserved types")
  func types() {
    let found = (0...255).compactMap { SystemSegmentType(.init(rawValue: $0)) }
    #expect(found.count == 12 * 8)
    #expect(Set(found.map(\.name)).count == 12)
    #expect(SystemSegmentType(.init(rawValue: 0x9e)) == nil)
    for type in [0, 8, 10, 13] as [UInt8] {
      #expect(SystemSegmentType(.init(rawValue: 0x80 | type)) == nil)
    }
  }

  @Test(
    "error codes say which descriptor",
    arguments: [
      (SelectorErrorCode(isExternal: false), 0, "no descriptor"),
      (SelectorErrorCode(isExternal: true), 1, "no descriptor, while an event was delivered"),
      (SelectorErrorCode(vector: 0x20, isExternal: false), 0x102, "IDT entry 32"),
      (
        SelectorErrorCode(vector: 0, isExternal: true), 3,
        "IDT entry 0, while an event was delivered"
      ),
      (
        SelectorErrorCode(SegmentSelector(rawValue: 0x2b), isExternal: false), 0x28,
        "GDT entry 5, selector 0x28"
      ),
      (
        SelectorErrorCode(SegmentSelector(rawValue: 0xf), isExternal: true), 0xd,
        "LDT entry 1, selector 0xc, while an event was delivered"
      ),
    ] as [(SelectorErrorCode, UInt32, String)])
  func errorCode(code: SelectorErrorCode, raw: UInt32, text: String) {
    #expect(code.rawValue == raw)
    #expect(code.description == text)
  }

  @Test("the stacks of a TSS are where the manual's figures have them")
  func stacks() {
    #expect((0...2).map(TaskStateSegment.Long.rsp) == [0x04, 0x0c, 0x14])
    #expect((1...7).map(TaskStateSegment.Long.ist) == [0x24, 0x2c, 0x34, 0x3c, 0x44, 0x4c, 0x54])
    #expect((0...2).map(TaskStateSegment.Wide.esp) == [0x04, 0x0c, 0x14])
    #expect((0...2).map(TaskStateSegment.Wide.ss) == [0x08, 0x10, 0x18])
    #expect((0...2).map(TaskStateSegment.Narrow.sp) == [0x02, 0x06, 0x0a])
    #expect((0...2).map(TaskStateSegment.Narrow.ss) == [0x04, 0x08, 0x0c])
  }

  @Test("the descriptor of a 64-bit TSS is two entries, its base split over both")
  func systemDescriptor() {
    let descriptor = SystemDescriptor(
      .availableTSS, base: 0x1234_5678_9ABC_DEF0, limit: TaskStateSegment.Long.size - 1)
    #expect(descriptor.low.rawValue == 0x9A00_89BC_DEF0_0067)
    #expect(descriptor.high == 0x1234_5678)
    #expect(descriptor.base == 0x1234_5678_9ABC_DEF0)
    #expect(SystemSegmentType(descriptor.low.access) == .availableTSS)
  }
}
