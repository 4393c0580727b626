// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

extension Registers {
  /// The engine's registers; `pointers` are not there.
  @inline(__always)
  init(_ s: engine_state, pointers: PointerEntries) {
    let g = s.gpr
    (rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi) = (g.0, g.1, g.2, g.3, g.4, g.5, g.6, g.7)
    (r8, r9, r10, r11, r12, r13, r14, r15) = (g.8, g.9, g.10, g.11, g.12, g.13, g.14, g.15)
    rip = s.rip
    rflags = RFLAGS(rawValue: s.rflags)
    (es, cs, ss) = (Segment(s.es), Segment(s.cs), Segment(s.ss))
    (ds, fs, gs) = (Segment(s.ds), Segment(s.fs), Segment(s.gs))
    (ldtr, tr) = (Segment(s.ldtr), Segment(s.tr))
    (gdtr, idtr) = (Table(s.gdtr), Table(s.idtr))
    (cr0, cr2, cr3) = (CR0(rawValue: s.cr0), VirtAddr(s.cr2), s.cr3)
    (cr4, efer) = (CR4(rawValue: s.cr4), EFER(rawValue: s.efer))
    self.pointers = pointers
  }

  var engineState: engine_state {
    engine_state(
      gpr: (rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15),
      rip: rip, rflags: rflags.rawValue,
      es: es.engineSegment, cs: cs.engineSegment, ss: ss.engineSegment,
      ds: ds.engineSegment, fs: fs.engineSegment, gs: gs.engineSegment,
      ldtr: ldtr.engineSegment, tr: tr.engineSegment,
      gdtr: gdtr.engineTable, idtr: idtr.engineTable,
      cr0: cr0.rawValue, cr2: cr2.value, cr3: cr3, cr4: cr4.rawValue, efer: efer.rawValue)
  }
}

// The engine keeps a descriptor's attributes where they are in its high half:
//
//      31      24 23    20 19    16 15           8 7        0
//     ┌──────────┬────────┬────────┬──────────────┬──────────┐
//     │          │ flags  │        │    access    │          │
//     └──────────┴────────┴────────┴──────────────┴──────────┘
extension Registers.Segment {
  init(_ s: engine_segment) {
    selector = UInt16(truncatingIfNeeded: s.selector)
    base = VirtAddr(s.base)
    limit = s.limit
    access = .init(rawValue: UInt8(truncatingIfNeeded: s.attributes >> 8))
    flags = .init(rawValue: UInt8(s.attributes >> 20 & 0xf))
  }

  var engineSegment: engine_segment {
    engine_segment(
      selector: UInt32(selector), base: base.value, limit: limit,
      attributes: UInt32(access.rawValue) << 8 | UInt32(flags.rawValue) << 20)
  }
}

extension Registers.Table {
  init(_ t: engine_table) {
    base = VirtAddr(t.base)
    limit = UInt16(truncatingIfNeeded: t.limit)
  }

  var engineTable: engine_table { engine_table(base: base.value, limit: UInt32(limit)) }
}
