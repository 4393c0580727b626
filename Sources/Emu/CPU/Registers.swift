// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The processor's state, as far as a system programmer sees it.
///
/// From RAX to EFER it lies in memory as the engine's own `engine_state` does (Registers+Engine.swift): on the way of
/// each delivery it is filled in place.
public struct Registers: Equatable, Sendable {
  /// The general registers, in the order of their numbers in instructions.
  public var rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi: UInt64
  /// The general registers that only 64-bit mode reaches.
  public var r8, r9, r10, r11, r12, r13, r14, r15: UInt64
  /// The offset of the next instruction in CS.
  public var rip: UInt64
  /// The flags.
  public var rflags: RFLAGS
  /// The segment registers, LDTR and TR.
  public var es, cs, ss, ds, fs, gs, ldtr, tr: Segment
  /// The descriptor table registers.
  public var gdtr, idtr: Table
  /// Control register 0.
  public var cr0: CR0
  /// The linear address of the last page fault.
  public var cr2: VirtAddr
  /// The base of the paging structures.
  public var cr3: UInt64
  /// Control register 4.
  public var cr4: CR4
  /// IA32_EFER.
  public var efer: EFER
  /// Debug status.
  public var dr6 = DR6.reset
  /// Debug control.
  public var dr7 = DR7.reset
  /// The pointers of PAE paging, which software does not see.
  public var pointers = PointerEntries.absent

  /// A segment register with the part that software does not see
  /// (Intel SDM Vol. 3A §3.4.3 "Segment Registers").
  public struct Segment: Equatable, Sendable {
    /// The visible part.
    public var selector: UInt16
    /// The linear address of offset 0.
    public var base: VirtAddr
    /// The last valid offset, in bytes.
    public var limit: UInt32
    /// Access and flags where they are in the descriptor's high half; the other bits mean nothing.
    var attributes: UInt32

    /// Type, S, DPL, P.
    public var access: SegmentDescriptor.Access {
      get { .init(rawValue: UInt8(truncatingIfNeeded: attributes >> 8)) }
      set { attributes = attributes & ~0xff00 | UInt32(newValue.rawValue) << 8 }
    }
    /// AVL, L, D/B, G.
    public var flags: SegmentDescriptor.Flags {
      get { .init(rawValue: UInt8(attributes >> 20 & 0xf)) }
      set { attributes = attributes & ~0xf0_0000 | UInt32(newValue.rawValue & 0xf) << 20 }
    }

    /// A register with these parts.
    public init(
      selector: UInt16, base: VirtAddr, limit: UInt32, access: SegmentDescriptor.Access,
      flags: SegmentDescriptor.Flags
    ) {
      (self.selector, self.base, self.limit) = (selector, base, limit)
      attributes = UInt32(access.rawValue) << 8 | UInt32(flags.rawValue & 0xf) << 20
    }

    /// Whether both hold the same.
    public static func == (a: Segment, b: Segment) -> Bool {
      a.selector == b.selector && a.base == b.base && a.limit == b.limit && a.access == b.access
        && a.flags == b.flags
    }

    /// A flat segment of 4 GiB.
    static func flat(
      selector: UInt16, access: SegmentDescriptor.Access, flags: SegmentDescriptor.Flags
    ) -> Segment {
      Segment(selector: selector, base: VirtAddr(0), limit: ~0, access: access, flags: flags)
    }
  }

  /// GDTR or IDTR.
  public struct Table: Equatable, Sendable {
    /// The linear address of the first entry.
    public var base: VirtAddr
    /// The last valid byte.
    public var limit: UInt16
  }

  /// The linear address of the next instruction.
  public var nextInstruction: VirtAddr {
    mode == .long64 ? VirtAddr(rip) : VirtAddr((cs.base.value &+ rip) & 0xffff_ffff)
  }

  /// The mode the processor runs in.
  public var mode: Processor.Mode {
    if !cr0.contains(.pe) || rflags.contains(.virtual8086) { return .real16 }
    let big = cs.flags.contains(.big)
    guard efer.contains(.lma) else { return big ? .protected32 : .protected16 }
    if cs.flags.contains(.long) { return .long64 }
    return big ? .compatibility32 : .compatibility16
  }
}
