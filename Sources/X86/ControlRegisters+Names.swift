// SPDX-License-Identifier: GPL-2.0-or-later

/// A register whose bits have names.
public protocol NamedBits: OptionSet where RawValue == UInt64 {
  /// Each bit that has one, with the manual's name, the lowest first.
  static var names: [(bit: Self, name: String)] { get }
}

extension CR0: NamedBits {
  /// Intel SDM Vol. 3A §2.5 "Control Registers".
  public static var names: [(bit: CR0, name: String)] {
    [
      (.pe, "PE"), (.mp, "MP"), (.em, "EM"), (.ts, "TS"), (.et, "ET"), (.ne, "NE"), (.wp, "WP"),
      (.am, "AM"), (.nw, "NW"), (.cd, "CD"), (.pg, "PG"),
    ]
  }
}

extension CR4: NamedBits {
  /// Intel SDM Vol. 3A §2.5 "Control Registers".
  public static var names: [(bit: CR4, name: String)] {
    [
      (.vme, "VME"), (.pvi, "PVI"), (.tsd, "TSD"), (.de, "DE"), (.pse, "PSE"), (.pae, "PAE"),
      (.mce, "MCE"), (.pge, "PGE"), (.pce, "PCE"), (.osfxsr, "OSFXSR"),
      (.osxmmexcpt, "OSXMMEXCPT"), (.umip, "UMIP"), (.la57, "LA57"), (.vmxe, "VMXE"),
      (.smxe, "SMXE"), (.fsgsbase, "FSGSBASE"), (.pcide, "PCIDE"), (.osxsave, "OSXSAVE"),
      (.kl, "KL"), (.smep, "SMEP"), (.smap, "SMAP"), (.pke, "PKE"), (.cet, "CET"), (.pks, "PKS"),
      (.uintr, "UINTR"), (.lass, "LASS"), (.lamSup, "LAM_SUP"), (.fred, "FRED"),
    ]
  }
}

extension DR6: NamedBits {
  /// Intel SDM Vol. 3B §17.2.3 "Debug Status Register (DR6)".
  public static var names: [(bit: DR6, name: String)] {
    [
      (.breakpoint(0), "B0"), (.breakpoint(1), "B1"), (.breakpoint(2), "B2"),
      (.breakpoint(3), "B3"), (.debugRegister, "BD"), (.singleStep, "BS"), (.taskSwitch, "BT"),
    ]
  }
}

extension RFLAGS: NamedBits {
  /// Intel SDM Vol. 1 §3.4.3 "EFLAGS Register"; IOPL has two bits and is none of them.
  public static var names: [(bit: RFLAGS, name: String)] {
    [
      (.carry, "CF"), (.parity, "PF"), (.adjust, "AF"), (.zero, "ZF"), (.sign, "SF"),
      (.trap, "TF"), (.interrupts, "IF"), (.direction, "DF"), (.overflow, "OF"),
      (.nestedTask, "NT"), (.resume, "RF"), (.virtual8086, "VM"), (.alignmentCheck, "AC"),
      (.virtualInterrupt, "VIF"), (.virtualInterruptPending, "VIP"), (.identification, "ID"),
    ]
  }
}

extension EFER: NamedBits {
  /// Intel SDM Vol. 3A §2.2.1 "Extended Feature Enable Register".
  public static var names: [(bit: EFER, name: String)] {
    [(.sce, "SCE"), (.lme, "LME"), (.lma, "LMA"), (.nxe, "NXE")]
  }
}
