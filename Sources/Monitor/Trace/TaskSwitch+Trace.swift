// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

// Task switches: what a task gate's delivery and a JMP, CALL or IRET to a task have in common.

extension TaskSwitch {
  /// Calls `body` with what is switched and what the new task begins with; if its segments are not in
  /// order, what that raises in it.
  func forEachStep(_ body: (TraceStep) -> Void) {
    let link = cause.nests ? from.selector : nil
    body(
      .task(SegmentSelector(rawValue: registers.tr.selector), from: from.selector, link: link))
    body(.load(self))
    if let fault { body(.fault(fault, at: .task)) }
  }

  /// The registers that are loaded from the TSS and have no step of their own, in the order of the manual's
  /// figure.
  var loaded: [(name: StaticString, value: UInt64)] {
    let r = registers
    var tables: [(name: StaticString, value: UInt64)] = []
    if r.cr0.contains(.pg) && loadsPageTables { tables.append(("CR3", r.cr3)) }
    let others: [(name: StaticString, value: UInt64)] = [
      ("EAX", r.rax), ("ECX", r.rcx), ("EDX", r.rdx), ("EBX", r.rbx), ("EBP", r.rbp),
      ("ESI", r.rsi), ("EDI", r.rdi), ("ES", UInt64(r.es.selector)), ("SS", UInt64(r.ss.selector)),
      ("DS", UInt64(r.ds.selector)), ("FS", UInt64(r.fs.selector)), ("GS", UInt64(r.gs.selector)),
      ("LDTR", UInt64(r.ldtr.selector)),
    ]
    return tables + others
  }

  /// A 16-bit TSS has no CR3.
  private var loadsPageTables: Bool {
    switch SystemSegmentType(registers.tr.access) {
    case .availableTSS16, .busyTSS16: false
    default: true
    }
  }
}

extension Transfer {
  /// `IRET`, `JMP to a task`.
  var title: String { task == nil ? kind.rawValue : "\(kind.rawValue) to a task" }
}
