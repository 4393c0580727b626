// SPDX-License-Identifier: GPL-2.0-or-later

/// A rung of the ladder from an interruption to its handler: what the processor looks at, in order.
///
/// Intel SDM Vol. 2A, INT n/INTO/INT3/INT1—Call to Interrupt Procedure, "Operation"; the headings
/// below are its labels. Those of a task switch are from Vol. 3A §7.3 "Task Switching".
public enum DeliveryCheck: UInt8, CaseIterable, Sendable {
  // The entry
  case virtual8086, vectorInTable, gateReadable
  // PROTECTED-MODE, IA-32e-MODE
  case gateType, gatePrivilege, gatePresent
  // TRAP-OR-INTERRUPT-GATE
  case codeSelector, codeInTable, codeReadable, codeType, codePrivilege, codeLong, codePresent
  // INTER- and INTRA-PRIVILEGE-LEVEL-INTERRUPT, INTERRUPT-FROM-VIRTUAL-8086-MODE
  case stackPointerInTask, stackPointerReadable
  case stackSelector, stackInTable, stackSelectorPrivilege, stackReadable
  case stackPrivilege, stackType, stackPresent
  case stackRoom, entryPoint, stackWritable
  // Loading CS and SS
  case accessedWritable
  // The task that JMP, CALL and IRET mean
  case taskPrivilege, taskGatePresent, linkReadable
  // TASK-GATE, SWITCH-TASKS
  case taskInTable, taskReadable, taskType, taskPresent, taskLimit
  case stateReadable, oldTaskLimit, tasksWritable
  // In the new task
  case newPointers
  case newSegmentSelector, newSegmentInTable, newSegmentReadable, newSegmentType
  case newSegmentPrivilege, newSegmentPresent

  /// What must hold, in words, and what is raised if it does not.
  public var rule: String {
    // swift-format-ignore
    switch self {
    case .virtual8086:            "INT n in virtual-8086 mode needs IOPL 3, else #GP(0)"
    case .vectorInTable:          "the vector's entry lies within the IDT's limit, else #GP(vector)"
    case .gateReadable:           "the entry can be read, else #PF"
    case .gateType:               "the entry is a gate of this mode, else #GP(vector)"
    case .gatePrivilege:          "INT n, INT3 and INTO need a gate DPL of CPL or above, else #GP(vector)"
    case .gatePresent:            "the gate is present, else #NP(vector)"
    case .codeSelector:           "the handler's selector is not null, else #GP(0)"
    case .codeInTable:            "the handler's descriptor lies within its table's limit, else #GP(selector)"
    case .codeReadable:           "the handler's descriptor can be read, else #PF"
    case .codeType:               "the handler's segment is code, else #GP(selector)"
    case .codePrivilege:          "the handler's DPL is CPL or below, and 0 from virtual-8086 mode, else #GP(selector)"
    case .codeLong:               "in IA-32e mode the handler's segment is 64-bit code, else #GP(selector)"
    case .codePresent:            "the handler's segment is present, else #NP(selector)"
    case .stackPointerInTask:     "the new stack pointer lies within the TSS's limit, else #TS(TSS)"
    case .stackPointerReadable:   "the new stack pointer can be read, else #PF"
    case .stackSelector:          "the new SS is not null, else #TS(0)"
    case .stackInTable:           "the new SS's descriptor lies within its table's limit, else #TS(SS)"
    case .stackSelectorPrivilege: "the new SS's RPL is the handler's DPL, else #TS(SS)"
    case .stackReadable:          "the new SS's descriptor can be read, else #PF"
    case .stackPrivilege:         "the new SS's DPL is the handler's DPL, else #TS(SS)"
    case .stackType:              "the new SS is writable data, else #TS(SS)"
    case .stackPresent:           "the new SS is present, else #SS(SS)"
    case .stackRoom:              "the frame lies in the stack segment, at canonical addresses, else #SS"
    case .entryPoint:             "the handler's offset lies in its segment, and is canonical, else #GP(0)"
    case .stackWritable:          "the frame can be written, else #PF"
    case .accessedWritable:       "the accessed bit of a loaded descriptor can be set, else #PF"
    case .taskPrivilege:          "the DPL of a TSS or task gate is CPL and RPL or above, else #GP(selector)"
    case .taskGatePresent:        "the task gate is present, else #NP(selector)"
    case .linkReadable:           "the link to the previous task can be read, else #PF"
    case .taskInTable:            "the TSS's descriptor lies within the GDT's limit, else #GP(TSS), from IRET #TS(TSS)"
    case .taskReadable:           "the TSS's descriptor can be read, else #PF"
    case .taskType:               "the TSS is available, else #GP(TSS); from IRET it is busy, else #TS(TSS)"
    case .taskPresent:            "the TSS is present, else #NP(TSS)"
    case .taskLimit:              "the TSS's limit leaves room for a task, else #TS(TSS)"
    case .stateReadable:          "the new task's state can be read, else #PF"
    case .oldTaskLimit:           "the old TSS's limit leaves room for a task, else #TS(old TSS)"
    case .tasksWritable:          "the old task's state, the link and the busy flags can be written, else #PF"
    case .newPointers:            "the PDPTEs that the new CR3 points to have no reserved bits, else #GP(0)"
    case .newSegmentSelector:     "the new task's CS and SS are not null, else #TS(selector)"
    case .newSegmentInTable:      "a new segment's descriptor lies within its table's limit, else #TS(selector)"
    case .newSegmentReadable:     "a new segment's descriptor can be read, else #PF"
    case .newSegmentType:         "a new segment has a type that its register takes, else #TS(selector)"
    case .newSegmentPrivilege:    "a new segment's DPL goes with CS's RPL, the new CPL, else #TS(selector)"
    case .newSegmentPresent:      "a new segment is present, else #NP(selector), SS #SS(selector), LDT #TS(selector)"
    }
  }
}
