// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

extension JSONTrace {
  mutating func write(_ change: ControlChange) {
    write("control", change) { json, symbolizer in
      json.write(change.title, "title")
      if let mode = change.modeChange { json.write(mode, "mode_change") }
      json.array("steps") { json in
        for register in change.registers { json.write(register) }
        switch change.what {
        case .register, .modelSpecific, .base, .swappedBases: break
        case .globalTable(let table): json.descriptors(table, "GDTR")
        case .interruptTable(let table):
          json.gates(table, isRealMode: change.site.mode == .real16, symbolizer)
        case .localTable(let ldtr, let table): json.descriptors(table, "LDTR", ldtr)
        case .task(let tr): json.segmentRegister("TR", tr)
        }
      }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ register: ControlChange.RegisterChange) {
    object { json in
      json.write(plain: "register", "step")
      json.write(register.name, "name")
      json.write(hex: register.change.old, "old")
      json.write(hex: register.change.new, "new")
      json.array("set") { json in register.set.forEach { json.write($0) } }
      json.array("cleared") { json in register.cleared.forEach { json.write($0) } }
    }
  }

  fileprivate mutating func segmentRegister(_ name: String, _ segment: Registers.Segment) {
    object { json in
      json.write(plain: "selector", "step")
      json.write(name, "register")
      json.write(hex: UInt64(segment.selector), "selector")
      json.write(hex: segment.base.value, "base")
      json.write(hex: UInt64(segment.limit), "limit")
    }
  }

  fileprivate mutating func gates(
    _ table: TableContents, isRealMode: Bool, _ symbolizer: Symbolizer
  ) {
    object { json in
      json.table("IDTR", table)
      json.array("gates") { json in
        for run in isRealMode ? [] : GateRun.all(in: table) {
          json.object { json in
            json.write(UInt64(run.first), "first")
            json.write(UInt64(run.last), "last")
            json.write(run.gate.type?.name ?? "reserved", "type")
            json.write(hex: UInt64(run.gate.selector.rawValue), "selector")
            json.write(VirtAddr(run.gate.offset), "offset", symbolizer)
            if run.stride != 0 { json.write(hex: run.stride, "stride") }
            json.write(UInt64(run.gate.stack), "ist")
            json.write(UInt64(run.gate.access.privilegeLevel), "dpl")
          }
        }
      }
    }
  }

  fileprivate mutating func descriptors(
    _ table: TableContents, _ register: String, _ ldtr: Registers.Segment? = nil
  ) {
    object { json in
      json.table(register, table)
      if let ldtr { json.write(hex: UInt64(ldtr.selector), "selector") }
      json.array("descriptors") { json in
        for descriptor in TableDescriptor.all(in: table) {
          json.object { json in
            json.write(hex: UInt64(descriptor.index) << 3, "selector")
            json.write(descriptor.name, "type")
            json.write(UInt64(descriptor.low.access.privilegeLevel), "dpl")
            json.write(hex: descriptor.base, "base")
            json.write(hex: UInt64(descriptor.low.byteLimit), "limit")
            json.write(descriptor.low.access.contains(.present), "present")
          }
        }
      }
    }
  }

  private mutating func table(_ register: String, _ table: TableContents) {
    write(plain: "table", "step")
    write(register, "register")
    write(hex: table.base.value, "base")
    write(hex: UInt64(table.limit), "limit")
    if let address = table.unreadable { write(hex: address.value, "unreadable_from") }
  }
}
