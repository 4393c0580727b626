// SPDX-License-Identifier: GPL-2.0-or-later
import X86

@testable import Emu

extension Registers {
  /// Registers for code that begins in `mode`: segments that fit, everything else random.
  static func random(
    _ mode: Mode, _ paging: PageTables.Kind?, cr3: UInt64?, _ dice: inout Dice
  ) -> Registers {
    var r = Registers.multiboot(entry: PhysAddr(Place.code), eax: 0, ebx: 0)
    let ring = mode == .real ? 0 : mode == .virtual8086 ? 3 : dice.one(of: [0, 0, 0, 1, 2, 3, 3])
    let general: [WritableKeyPath<Registers, UInt64>] = [
      \.rax, \.rcx, \.rdx, \.rbx, \.rbp, \.rsi, \.rdi, \.r8, \.r9, \.r10, \.r11, \.r12, \.r13,
      \.r14, \.r15,
    ]
    for register in general {
      let value = dice.once(in: 6) ? dice.next() : Place.interesting(&dice)
      r[keyPath: register] =
        mode.width == 64 ? value : value & (mode.width == 32 ? 0xffff_ffff : 0xffff)
    }
    if mode.width != 64 { for register in general.suffix(8) { r[keyPath: register] = 0 } }
    r.rcx = dice.once(in: 2) ? r.rcx : dice.next() % 16
    r.rsp = Place.stackTop(ring)

    r.rflags = RFLAGS(rawValue: dice.next() & 0x4_0cd5).union([.alwaysOne, .interrupts])
    if dice.once(in: 12) { r.rflags.insert(.trap) }
    if dice.once(in: 12) { r.rflags.insert(.nestedTask) }
    if dice.once(in: 3) { r.rflags.formUnion(RFLAGS(rawValue: 0x3000)) }

    r.cr0 = r.cr0.union(CR0(rawValue: dice.next() & (dice.once(in: 3) ? 0x5_003e : 0x5_0022)))
    r.cr4 = CR4(rawValue: dice.next() & 0x94).union(dice.once(in: 6) ? [] : [.osfxsr, .osxmmexcpt])
    if dice.once(in: 4) { r.cr4.formUnion(CR4(rawValue: dice.next() & 0x30_000c)) }
    r.efer = EFER(rawValue: dice.next() & 0x801)
    r.cr0.insert(.pe)
    if mode == .real { r.cr0.remove(.pe) }
    if let cr3, let paging {
      r.cr3 = cr3
      r.cr0.insert(.pg)
      r.cr4 = paging == .bits32 ? r.cr4.subtracting(.pae) : r.cr4.union(.pae)
      if paging == .fourLevel { r.efer.formUnion([.lme, .lma]) }
    }
    r.setSegments(mode, ring, &dice)
    return r
  }

  private mutating func setSegments(_ mode: Mode, _ ring: Int, _ dice: inout Dice) {
    gdtr = Table(base: VirtAddr(Place.gdt), limit: 0x1ff)
    idtr = Table(base: VirtAddr(Place.idt), limit: mode.isLong ? 0xfff : 0x7ff)
    guard mode != .real && mode != .virtual8086 else {
      func segment() -> Segment {
        let selector = dice.once(in: 3) ? UInt16(dice.next() % 0x1100) : 0
        return Segment(
          selector: selector, base: VirtAddr(UInt64(selector) << 4), limit: 0xffff,
          access: SegmentDescriptor.Access(rawValue: mode == .real ? 0x93 : 0xf3), flags: [])
      }
      (ds, es, fs, gs) = (segment(), segment(), segment(), segment())
      ss = segment()
      cs = segment()
      rip = (Place.code &- cs.base.value) & 0xffff
      if mode == .real {
        idtr = Table(base: VirtAddr(0), limit: 0x3ff)
      } else {
        rflags.insert(.virtual8086)
      }
      if mode == .virtual8086 { setSystem() }
      return
    }
    // swift-format-ignore
    let flags: SegmentDescriptor.Flags =
      mode.width == 16 ? [] : mode.width == 32 ? [.big, .granularity] : [.long, .granularity]
    let level = SegmentDescriptor.Access.privilege(UInt8(ring)).union([
      .present, .codeOrData, .accessed,
    ])
    cs = Segment(
      selector: Selectors.code(ring: ring, width: mode.width), base: VirtAddr(0),
      limit: mode.width == 16 ? 0xffff : ~0, access: level.union([.code, .readableOrWritable]),
      flags: flags)
    let data = Segment(
      selector: Selectors.data(ring: ring), base: VirtAddr(0), limit: ~0,
      access: level.union(.readableOrWritable), flags: [.big, .granularity])
    (ss, ds, es, fs, gs) = (data, data, data, data, data)
    setSystem()
  }

  private mutating func setSystem() {
    func system(_ selector: UInt16, _ type: UInt8, _ base: UInt64, _ limit: UInt32) -> Segment {
      Segment(
        selector: selector, base: VirtAddr(base), limit: limit,
        access: SegmentDescriptor.Access(rawValue: type | 0x80), flags: [])
    }
    tr = system(Selectors.tasks[0], 11, Place.tasks, 0x7ff)
    ldtr = system(Selectors.ldt, 2, Place.ldt, 0x1ff)
  }
}
