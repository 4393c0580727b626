// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

/// What the kernel does about exceptions.
enum Exceptions {
  /// Asked about each page fault: true if the cause is gone, so that the instruction can try again.
  ///
  /// It runs with interrupts off, on the stack of the code that made the access.
  nonisolated(unsafe) static var repairPageFault: ((VirtAddr, PageFaultErrorCode) -> Bool)?

  /// Handles the exception with the registers `state`; what it changes there the interrupted code finds
  /// changed. Returns if that can go on.
  static func handle(_ vector: UInt8, _ state: inout CPUState, faultAddress: VirtAddr) {
    let report = ExceptionReport(vector: vector, state: state, faultAddress: faultAddress)
    switch Exception(rawValue: vector) {
    case .breakpoint:
      // The saved RIP is behind the INT3: it is a trap, and nothing has to be repaired.
      Console.print(report.title, color: ColorCode(.yellow))
      Console.print("  \(report.frame)")
      return
    case .pageFault:
      let code = PageFaultErrorCode(rawValue: UInt32(truncatingIfNeeded: state.error_code))
      if let repairPageFault, repairPageFault(faultAddress, code) { return }
    default: break
    }
    end(report)
  }

  private static func end(_ report: ExceptionReport) -> Never {
    #if os(Linux)
      // There is no machine to end on the build host: the process of the kernel's tests ends.
      fatalError("an exception on the build host")
    #else
      Panic.end(title: report.title, message: report.message, state: report.state)
    #endif
  }
}

#if !os(Linux)
  /// Where interrupts.S comes to, with interrupts off; when it returns, the interrupted code goes on
  /// with the registers in `state`.
  @c(handle_interrupt)
  func handleInterrupt(_ state: UnsafeMutablePointer<CPUState>) {
    let vector = UInt8(truncatingIfNeeded: state.pointee.vector)
    if vector < 32 {
      let address = VirtAddr(read_control_state().cr2)
      Exceptions.handle(vector, &state.pointee, faultAddress: address)
    } else if vector < 48 {
      Interrupts.handle(vector - 32)
    } else {
      panic("There is no handler for interrupt \(vector)")
    }
  }

  extension Exceptions {
    /// The table that the processor uses.
    static var table: InterruptTable {
      InterruptTable(existing: idt_words(), code: SegmentSelector(index: 1))
    }

    /// Has the processor come to the stubs of interrupts.S from now on.
    static func open() {
      _ = InterruptTable(idt_words(), code: SegmentSelector(index: 1)) { vector in
        VirtAddr(UInt64(interrupt_stub(vector)))
      }
      load_idt(idt_words())
    }
  }
#endif
