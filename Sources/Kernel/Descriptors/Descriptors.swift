// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

#if !os(Linux)
  /// The segments of the running kernel, and the stacks that the processor switches to by itself.
  enum Descriptors {
    /// The stacks of the interrupt stack table, by their numbers there.
    ///
    /// For exceptions that may find no usable stack: a double fault above all, since the stack may be
    /// what has failed; the others can come at any moment. One each, since a stack of this table is
    /// used from its top whoever is on it.
    enum ExceptionStack: UInt8, CaseIterable {
      case doubleFault = 1
      case nmi = 2
      case machineCheck = 3

      var exception: Exception {
        switch self {
        case .doubleFault: .doubleFault
        case .nmi: .nmi
        case .machineCheck: .machineCheck
        }
      }
    }

    private static let opening = Once("The descriptor tables are loaded already")

    /// Makes the stacks and loads the tables; the gates of those exceptions ask for them from then on.
    ///
    /// Once, since the processor uses the tables: its task register would find a busy segment.
    static func open() {
      opening.happen()
      let task = TaskState(tss_words())
      for use in ExceptionStack.allCases {
        let stack = KernelStack(number: UInt64(use.rawValue) - 1)
        guard stack.map() else { panic("There are no frames for the stacks of exceptions") }
        task.set(ist: use.rawValue, to: stack)
      }
      var table = GlobalTable(gdt_words())
      let code = table.append(.kernelCode)
      let base = UInt64(UInt(bitPattern: tss_words()))
      let taskSelector = table.append(
        SystemDescriptor(.availableTSS, base: base, limit: TaskStateSegment.Long.size - 1))
      load_gdt(
        gdt_words(), UInt64(table.limit), UInt64(code.rawValue), UInt64(taskSelector.rawValue))
      // Only now: until the task register is loaded, there is no table to look in.
      for use in ExceptionStack.allCases {
        Exceptions.table.use(stack: use.rawValue, for: use.exception)
      }
    }
  }
#endif
