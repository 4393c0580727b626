// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

/// Ends the kernel: says why on the screen and on COM1, and halts.
///
/// Whatever is broken, this still works: it takes no lock, since the code that failed may hold it;
/// it needs no heap; and it writes with a writer of its own. Text that is on the screen moves up.
///
/// - Parameter message: A sentence without a full stop: the place follows it in brackets.
@inline(never)
func panic(_ message: Text, file: StaticString = #fileID, line: UInt = #line) -> Never {
  #if os(Linux)
    // There is no machine to end on the build host: the process of the kernel's tests ends, and says why.
    fatalError("\(message) (\(file):\(line))")
  #else
    var state = CPUState()
    capture_state(&state)
    let place: Text = "\(message)\(color: .lightGray) (\(file):\(line))"
    Panic.end(title: " KERNEL PANIC ", message: place, state: state)
  #endif
}

#if !os(Linux)
  /// The end of the kernel.
  enum Panic {
    /// Whether it has begun; a second one on the way is a fault in this very code.
    nonisolated(unsafe) private static var hasBegun = false

    /// The names of functions, once the boot information has been read.
    nonisolated(unsafe) static var symbols: Symbols?

    /// Shows `message` with the registers in `state`, and halts.
    static func end(title: Text, message: Text, state: CPUState) -> Never {
      disable_interrupts()
      let serial = SerialPort.com1()
      if hasBegun {
        serial.write("\npanic inside a panic\n")
        leave("", "panic inside a panic")
      }
      hasBegun = true
      let report = PanicReport(
        title: title, message: message, state: state, control: read_control_state(),
        backtrace: Backtrace(framePointer: state.rbp, stack: Stacks.containing(state.rbp)),
        symbols: symbols)
      var writer = Screen(memory: VGAText.memory).map { Writer(on: $0) }
      report.forEachLine { address in
        // SAFETY: the backtrace asks for addresses inside a stack only.
        UnsafePointer<UInt64>(bitPattern: UInt(address))?.pointee ?? 0
      } _: { line, color in
        writer?.write("\n", color: color)
        writer?.write(line, color: color)
        serial.write("\n")
        serial.write(line)
      }
      serial.write("\n")
      leave(title, message)
    }

    private static func leave(_ title: Text, _ message: Text) -> Never {
      #if KERNEL_TESTS
        TestRunner.ended(title, message)
      #else
        halt_forever()
      #endif
    }
  }

  /// The memory that stacks are in.
  enum Stacks {
    /// The stack that `address` lies in; an empty range if it lies in none.
    static func containing(_ address: UInt64) -> Range<UInt64> {
      let boot = UInt64(boot_stack_lowest())..<UInt64(boot_stack_top())
      if boot.contains(address) { return boot }
      guard let stack = KernelStack(containing: VirtAddr(address)), stack.isMapped else {
        return 0..<0
      }
      return stack.lowest.value..<stack.top.value
    }
  }
#endif
