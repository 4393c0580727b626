// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Page tables that lie right below a stack, which has grown into them.
///
/// The processor goes on with what its TLB holds; the next page that it has to look up is lost. So the
/// stack pointer lies in, or right below, one of the tables of the walk that failed, and in that table there are
/// return addresses.
enum OverwrittenTables {
  static func diagnose(_ fault: FaultCase) -> Finding? {
    let evidence = fault.evidence
    for walk in walks(fault) {
      guard let stack = stackInMemory(evidence) else { return nil }
      for step in walk.steps
      where overlaps(table: step.entryAddress, stack) && holdsCalls(step.entryAddress, evidence) {
        return finding(fault, walk, step, stack)
      }
    }
    return nil
  }

  /// The walks that ended in a page fault, the first fault's first.
  private static func walks(_ fault: FaultCase) -> [PageWalk] {
    let failed = fault.failed.compactMap { failure in
      failure.fault.address.map {
        fault.evidence.walk(
          $0, PageFaultErrorCode(rawValue: failure.fault.errorCode), isFetch: false)
      }
    }
    return ([fault.walk].compactMap { $0 } + failed).filter {
      if case .fault = $0.outcome { true } else { false }
    }
  }

  /// Where the stack pointer leads: by the tables, or, as they are not to be trusted, as it was linked.
  private static func stackInMemory(_ evidence: Evidence) -> PhysAddr? {
    let stack = evidence.stackPointer
    return evidence.memory.physical(of: stack) ?? evidence.kernel.physical(of: stack)
  }

  /// Whether the stack pointer is in the page of the table, or in the page below it, which the stack has
  /// reached only through the table.
  private static func overlaps(table entry: PhysAddr, _ stack: PhysAddr) -> Bool {
    let table = entry.value & ~0xfff
    return stack.value < table &+ 0x1000 && stack.value &+ 0x1000 >= table
  }

  private static func holdsCalls(_ entry: PhysAddr, _ evidence: Evidence) -> Bool {
    let table = entry.value & ~0xfff
    return stride(from: table, to: table + 0x1000, by: 8).contains {
      let value = VirtAddr(evidence.memory.load(PhysAddr($0)))
      return evidence.kernel.hasCode(at: value) == true && evidence.isReturnAddress(value)
    }
  }

  private static func finding(
    _ fault: FaultCase, _ walk: PageWalk, _ step: PageWalk.Step, _ stack: PhysAddr
  ) -> Finding {
    let table = PhysAddr(step.entryAddress.value & ~0xfff)
    let kernel = fault.kernel
    let symbol = kernel.place(of: VirtAddr(table.value)).map { " (\($0))" } ?? ""
    let backtrace = fault.evidence.backtrace()
    let recursion = backtrace.recursion(kernel).map {
      " \($0.name) has called itself \(UInt64($0.count).grouped) times deep."
    }
    return Finding(
      .tablesOverwritten,
      cause:
        "The stack has overwritten the page tables: the stack pointer, physical \(stack.text), has "
        + "reached the \(step.level.name) at \(table.text)\(symbol), and its entry "
        + "\(step.index) is now \(step.entry.rawValue.groupedHex).\(recursion ?? "")",
      lookFirst:
        "what lies below the stack in memory, and how large the stack is: put an unmapped guard "
        + "page there, then the overflow itself is the first fault",
      walk: walk)
  }
}
