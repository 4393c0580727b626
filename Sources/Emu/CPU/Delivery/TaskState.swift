// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What a TSS says about its task, before any of it is checked.
struct TaskState {
  /// EIP, EFLAGS and the general registers, selectors, and CR3; the rest is the old task's.
  private var read: Registers
  /// Whether it has CR3, T, FS, GS and the upper halves: not in a 16-bit TSS.
  let isWide: Bool
  /// T: a debug exception before the first instruction.
  let traps: Bool

  /// The general registers in the order of a TSS.
  static let general: [WritableKeyPath<Registers, UInt64> & Sendable] = [
    \.rax, \.rcx, \.rdx, \.rbx, \.rsp, \.rbp, \.rsi, \.rdi,
  ]
  /// The segment registers in the order of a TSS.
  static let segments: [WritableKeyPath<Registers, Registers.Segment> & Sendable] = [
    \.es, \.cs, \.ss, \.ds, \.fs, \.gs,
  ]

  /// Reads the TSS at `base` in the old task's address space.
  init<Memory: SystemMemory>(
    reading layout: TaskStateSegment.Layout, at base: VirtAddr, _ registers: Registers,
    by ladder: inout DeliveryLadder<Memory>
  ) throws(DeliveryFault) {
    func field(
      _ offset: UInt32, bytes: UInt32, _ ladder: inout DeliveryLadder<Memory>
    ) throws(DeliveryFault) -> UInt64 {
      let place = registers.linear(base, UInt64(offset))
      return try ladder.read(place, bytes: UInt64(bytes), for: .stateReadable, ladder.noCode)
    }
    func selector(
      _ offset: UInt32, _ ladder: inout DeliveryLadder<Memory>
    ) throws(DeliveryFault) -> UInt16 {
      UInt16(truncatingIfNeeded: try field(offset, bytes: 2, &ladder))
    }
    isWide = layout.width == 4
    read = registers
    read.rip = try field(layout.instruction, bytes: layout.width, &ladder)
    let flags = try field(layout.flags, bytes: layout.width, &ladder)
    read.rflags = RFLAGS(rawValue: flags).subtracting(.reserved).union(.alwaysOne)
    // What a 16-bit TSS leaves in the upper halves is not in the manual; QEMU leaves what was there.
    let kept: UInt64 = isWide ? 0 : 0xffff_0000
    for (number, register) in Self.general.enumerated() {
      let offset = layout.registers + UInt32(number) * layout.width
      let value = try field(offset, bytes: layout.width, &ladder)
      read[keyPath: register] = registers[keyPath: register] & kept | value
    }
    for (number, segment) in Self.segments.enumerated() {
      let offset = layout.segments + UInt32(number) * layout.width
      read[keyPath: segment].selector =
        number < layout.segmentCount ? try selector(offset, &ladder) : 0
    }
    read.ldtr.selector = try selector(layout.localTable, &ladder)
    guard isWide else {
      traps = false
      return
    }
    read.cr3 = try field(TaskStateSegment.pageTables, bytes: 4, &ladder)
    traps = try field(TaskStateSegment.trap, bytes: 1, &ladder) & 1 != 0
  }

  /// The registers behind the switch, with the selectors of segment registers and nothing else of them.
  func registers(after old: Registers, nested: Bool) -> Registers {
    var new = read
    if nested { new.rflags.insert(.nestedTask) }
    new.cr0.insert(.ts)
    if !isWide || !old.cr0.contains(.pg) { new.cr3 = old.cr3 }
    new.dr7 = new.dr7.afterTaskSwitch
    let isVirtual = new.rflags.contains(.virtual8086)
    let privilege = isVirtual ? 3 : SegmentSelector(rawValue: new.cs.selector).rpl
    for segment in Self.segments {
      let selector = read[keyPath: segment].selector
      new[keyPath: segment] =
        isVirtual ? .virtual8086(selector) : .unloaded(selector, privilege: privilege)
    }
    new.ldtr = .unloaded(read.ldtr.selector, privilege: 0)
    return new
  }
}

extension Registers.Segment {
  /// A segment register that has a selector and no segment, at this CPL.
  fileprivate static func unloaded(_ selector: UInt16, privilege: UInt8) -> Registers.Segment {
    var segment = null(privilege: privilege)
    segment.selector = selector
    return segment
  }

  /// A segment of virtual-8086 mode (Intel SDM Vol. 3B §20.2.4 "Entering Virtual-8086 Mode").
  fileprivate static func virtual8086(_ selector: UInt16) -> Registers.Segment {
    Registers.Segment(
      selector: selector, base: VirtAddr(UInt64(selector) << 4), limit: 0xffff,
      access: [.present, .privilege(3), .codeOrData, .readableOrWritable, .accessed], flags: [])
  }
}
