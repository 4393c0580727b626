// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

// What a load of a control register says in words, the same in every format.

extension ControlChange {
  /// What was loaded: `CR0 write`, `LIDT`.
  var title: String {
    guard isTaskSwitch else { return instruction }
    switch what {
    case .task: return "task switch loads TR"
    case .localTable: return "task switch loads LDTR"
    default: return "task switch loads CR3"
    }
  }

  private var instruction: String {
    switch what {
    case .register(let number, _): "CR\(number) write"
    case .modelSpecific(let msr, _): "\(msr.name) write"
    case .globalTable: "LGDT"
    case .interruptTable: "LIDT"
    case .localTable: "LLDT"
    case .task: "LTR"
    case .base(let base, _): "WR\(base.rawValue)BASE"
    case .swappedBases: "SWAPGS"
    }
  }

  /// The change of mode that it makes, if it makes one: `enters long mode`.
  ///
  /// Intel SDM Vol. 3A §9.8.5 "Initializing IA-32e Mode", §9.9 "Mode Switching".
  var modeChange: String? {
    let protection = cr0.edge(of: CR0.pe), paging = cr0.edge(of: CR0.pg)
    switch (protection, paging, efer.edge(of: EFER.lma)) {
    case (_, _, .set): return "enters long mode"
    case (_, _, .cleared): return "leaves long mode"
    case (.set, .set, _): return "enters protected mode with paging"
    case (.set, _, _): return "enters protected mode"
    case (.cleared, _, _): return "returns to real mode"
    case (_, .set, _): return "switches paging on"
    case (_, .cleared, _): return "switches paging off"
    default: return nil
    }
  }

  /// What of the processor goes with it, for who does not know it by heart; nil if there is nothing.
  var consequence: String? {
    switch what {
    case .register(0, _) where efer.edge(of: EFER.lma) == .set:
      "LME was set, so paging is that of long mode; code is compatibility code until a far jump "
        + "loads a CS with L set"
    case .register(8, _): "nothing comes of it: there is no local APIC, and CR8 reads as 0"
    case .swappedBases: "IA32_KERNEL_GS_BASE has the old one"
    case .register(3, _) where CR0(rawValue: cr0.new).contains(.pg):
      "all translations that are not global are forgotten"
    case .modelSpecific(.efer, _) where efer.edge(of: EFER.lme) == .set:
      "long mode begins when paging is switched on"
    default: nil
    }
  }

  /// The registers that it changed, by name, with their values and the bits that have names.
  var registers: [RegisterChange] {
    switch what {
    case .register(0, let change):
      [RegisterChange("CR0", change, CR0.self)]
        + (efer.old == efer.new ? [] : [RegisterChange("EFER", efer, EFER.self)])
    case .register(4, let change): [RegisterChange("CR4", change, CR4.self)]
    case .register(let number, let change): [RegisterChange("CR\(number)", change)]
    case .modelSpecific(.efer, let change): [RegisterChange("EFER", change, EFER.self)]
    case .modelSpecific(_, let change): [RegisterChange("MSR", change)]
    case .base(let base, let change): [RegisterChange("\(base.rawValue) base", change)]
    case .swappedBases(let change): [RegisterChange("GS base", change)]
    case .globalTable, .interruptTable, .localTable, .task: []
    }
  }

  /// A register before and after.
  struct RegisterChange {
    let name: String
    let change: Change
    /// The bits that became 1.
    let set: [String]
    /// The bits that became 0.
    let cleared: [String]

    init(_ name: String, _ change: Change) {
      (self.name, self.change, set, cleared) = (name, change, [], [])
    }

    init<Bits: NamedBits>(_ name: String, _ change: Change, _: Bits.Type) {
      (self.name, self.change) = (name, change)
      set = Bits.names(in: change.new & ~change.old)
      cleared = Bits.names(in: change.old & ~change.new)
    }
  }
}

extension NamedBits {
  /// The names of those of `bits` that have one.
  static func names(in bits: UInt64) -> [String] {
    names.filter { $0.bit.rawValue & bits != 0 }.map(\.name)
  }
}

extension ControlChange.Change {
  /// What became of a bit.
  enum Edge { case set, cleared }

  /// What became of `bit`; nil if it is as it was.
  func edge(of bit: some NamedBits) -> Edge? {
    guard (old ^ new) & bit.rawValue != 0 else { return nil }
    return new & bit.rawValue != 0 ? .set : .cleared
  }
}
