// SPDX-License-Identifier: GPL-2.0-or-later

/// What decides whether a control register takes a value: the registers as they are.
public struct ControlState: Hashable, Sendable {
  /// CR0.
  public var cr0: CR0
  /// CR4.
  public var cr4: CR4
  /// IA32_EFER.
  public var efer: EFER
  /// Whether CS selects 64-bit code (CS.L).
  public var codeIsLong: Bool
  /// Whether TR holds a 16-bit TSS.
  public var taskIsNarrow: Bool

  /// A state of these parts.
  public init(cr0: CR0, cr4: CR4, efer: EFER, codeIsLong: Bool, taskIsNarrow: Bool) {
    self.cr0 = cr0
    self.cr4 = cr4
    self.efer = efer
    self.codeIsLong = codeIsLong
    self.taskIsNarrow = taskIsNarrow
  }

  /// What MOV leaves in CR0 of `value`; nil if it raises #GP(0) instead.
  ///
  /// Intel SDM Vol. 2B "MOV—Move to/from Control Registers"; reserved bits of the lower half are ignored,
  /// those of the upper half must be 0 (Vol. 3A §2.5 "Control Registers"). For the way into and out of
  /// long mode see Vol. 3A §9.8.5 "Initializing IA-32e Mode".
  public func admits(cr0 value: UInt64) -> CR0? {
    guard value >> 32 == 0 else { return nil }
    let new = CR0(rawValue: value).subtracting(.reserved).union(.et)
    if new.contains(.pg) && !new.contains(.pe) { return nil }
    if new.contains(.nw) && !new.contains(.cd) { return nil }
    let turnsOn = new.contains(.pg) && !cr0.contains(.pg)
    let turnsOff = !new.contains(.pg) && cr0.contains(.pg)
    if turnsOn && efer.contains(.lme) {
      if !cr4.contains(.pae) || codeIsLong || taskIsNarrow { return nil }
    }
    if turnsOff && efer.contains(.lma) && codeIsLong { return nil }
    return new
  }

  /// What MOV leaves in CR3 of `value`; nil if it raises #GP(0) instead: the bits above the width of a
  /// physical address are reserved.
  ///
  /// Intel SDM Vol. 3A §4.5.2 "Use of CR3 with Ordinary 4-Level Paging and 5-Level Paging".
  public static func admits(cr3 value: UInt64) -> UInt64? {
    value >> CPUModel.physicalAddressBits == 0 ? value : nil
  }

  /// What MOV leaves in CR4 of `value`; nil if it raises #GP(0) instead: for bits that the processor
  /// does not have, and for leaving PAE in long mode.
  ///
  /// Intel SDM Vol. 2B "MOV—Move to/from Control Registers".
  public func admits(cr4 value: UInt64) -> CR4? {
    let new = CR4(rawValue: value)
    guard new.isSubset(of: CPUModel.cr4) else { return nil }
    if efer.contains(.lma) && !new.contains(.pae) { return nil }
    return new
  }

  /// Whether debug register `number` takes `value`: the upper halves of DR6 and DR7, which are DR4 and
  /// DR5 as well, are reserved.
  ///
  /// Intel SDM Vol. 3B §17.2.6 "Debug Registers and Intel® 64 Processors".
  public static func admits(debugRegister number: UInt32, _ value: UInt64) -> Bool {
    number < 4 || value >> 32 == 0
  }

  /// Whether MXCSR takes `value`: bits 31..16 are reserved.
  ///
  /// Intel SDM Vol. 1 §10.2.3 "MXCSR Control and Status Register"; DAZ, bit 6, is there.
  public static func admits(mxcsr value: UInt64) -> Bool { value >> 16 == 0 }
}

extension CPUModel {
  /// The bits of CR4 that the processor has: what belongs to a feature that CPUID promises, and PCE.
  public static var cr4: CR4 {
    [.tsd, .de, .pse, .pae, .pge, .pce, .osfxsr, .osxmmexcpt, .fsgsbase, .smep, .smap]
  }
}
