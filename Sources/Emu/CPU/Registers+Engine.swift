// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

extension Registers {
  /// Where the engine puts its state, and what it does not know beside it: on the way of each delivery, so neither made
  /// anew nor converted for each.
  ///
  /// `Registers` begins with the fields of `engine_state`, in its order and of its sizes, but that selectors and limits of
  /// tables take 16 of 32 bits, of which the upper ones are zero (RegistersLayoutTests).
  struct Window: ~Copyable {
    private let registers = UnsafeMutablePointer<Registers>.allocate(capacity: 1)

    init() {
      // SAFETY: all fields are integers, or structs of such: zeros are a value of each.
      UnsafeMutableRawPointer(registers).initializeMemory(
        as: UInt8.self, repeating: 0, count: MemoryLayout<Registers>.size)
    }

    deinit { registers.deallocate() }

    /// What `engine` has, with `debug` and `pointers`.
    @inline(__always)
    func read(
      _ engine: OpaquePointer?, _ debug: DebugRegisters, _ pointers: PointerEntries
    ) -> Registers {
      // SAFETY: the layouts are the same.
      engine_get_state(
        engine, UnsafeMutableRawPointer(registers).assumingMemoryBound(to: engine_state.self))
      (registers.pointee.dr6, registers.pointee.dr7) = (debug.dr6, debug.dr7)
      registers.pointee.pointers = pointers
      return registers.pointee
    }
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
    attributes = s.attributes
  }

  var engineSegment: engine_segment {
    engine_segment(
      selector: UInt32(selector), base: base.value, limit: limit,
      attributes: attributes)
  }
}

extension Registers.Table {
  init(_ t: engine_table) {
    base = VirtAddr(t.base)
    limit = UInt16(truncatingIfNeeded: t.limit)
  }

  var engineTable: engine_table { engine_table(base: base.value, limit: UInt32(limit)) }
}
