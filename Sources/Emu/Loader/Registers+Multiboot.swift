// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension Registers {
  /// The machine state in which a multiboot loader calls a kernel: 32-bit protected mode, flat
  /// segments, paging and interrupts off, A20 open.
  ///
  /// Multiboot 0.6.96 §3.2 and Multiboot2 2.0 §3.3 "I386 machine state". Of what they leave undefined,
  /// the selectors and the stack are GRUB's, and so is the empty IDT; the GDT is empty too, since a
  /// kernel must load its own before it loads a segment register.
  static func multiboot(entry: PhysAddr, eax: UInt32, ebx: UInt32) -> Registers {
    let code = Segment.flat(
      selector: 0x10, access: [.present, .codeOrData, .code, .readableOrWritable, .accessed],
      flags: [.big, .granularity])
    let data = Segment.flat(
      selector: 0x18, access: [.present, .codeOrData, .readableOrWritable, .accessed],
      flags: [.big, .granularity])
    let ldt = system(.ldt)
    let task = system(.busyTSS)
    return Registers(
      rax: UInt64(eax), rcx: 0, rdx: 0, rbx: UInt64(ebx), rsp: 0x7ff00, rbp: 0, rsi: 0, rdi: 0,
      r8: 0, r9: 0, r10: 0, r11: 0, r12: 0, r13: 0, r14: 0, r15: 0,
      rip: entry.value, rflags: .alwaysOne,
      es: data, cs: code, ss: data, ds: data, fs: data, gs: data, ldtr: ldt, tr: task,
      gdtr: Table(base: VirtAddr(0), limit: 0), idtr: Table(base: VirtAddr(0), limit: 0),
      cr0: [.pe, .et], cr2: VirtAddr(0), cr3: 0, cr4: [], efer: [])
  }

  /// What reset leaves in LDTR and TR (Intel SDM Vol. 3A Table 9-1 "IA-32 and Intel 64 Processor
  /// States Following Power-up, Reset, or INIT").
  private static func system(_ type: SystemSegmentType) -> Segment {
    Segment(
      selector: 0, base: VirtAddr(0), limit: 0xffff,
      access: SegmentDescriptor.Access(rawValue: type.rawValue).union(.present), flags: [])
  }
}
