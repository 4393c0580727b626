// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

/// The demos that raise exceptions, each its own, to see what the kernel makes of it.
enum FaultDemo: CaseIterable {
  case breakpoint
  case repair
  case divideError
  case invalidOpcode
  case pageFault
  case generalProtection
  case writeToText
  case executeHeap
  case guardPage
  case doubleFault
  case stackOverflow
  case tripleFault

  /// What it is called on the command line.
  var name: StaticString {
    switch self {
    case .breakpoint: "breakpoint"
    case .repair: "repair"
    case .divideError: "divide-error"
    case .invalidOpcode: "invalid-opcode"
    case .pageFault: "page-fault"
    case .generalProtection: "general-protection"
    case .writeToText: "write-to-text"
    case .executeHeap: "execute-heap"
    case .guardPage: "guard-page"
    case .doubleFault: "double-fault"
    case .stackOverflow: "stack-overflow"
    case .tripleFault: "triple-fault"
    }
  }

  #if os(Linux)
    /// Nothing: the build host would end the test.
    func show(_ options: BootOptions, _ information: BootInformation) {}
  #else
    /// Raises it. What comes behind it is seen only if the kernel survives.
    func show(_ options: BootOptions, _ information: BootInformation) {
      Memory.open(information, heap: options.heap)
      Console.print("\(explanation)")
      raise()
      Console.print("It did not crash!", color: ColorCode(.lightGreen))
    }

    /// What is about to happen.
    private var explanation: StaticString {
      switch self {
      case .breakpoint: "INT3, behind which the program goes on:"
      case .repair: "Memory that gets its frames by the page faults that its use raises:"
      case .divideError: "A division by 0:"
      case .invalidOpcode: "UD2, which is no instruction:"
      case .pageFault: "A page that is unmapped, and read:"
      case .generalProtection: "A selector for which there is no descriptor:"
      case .writeToText: "A store to the kernel's own code:"
      case .executeHeap: "A jump into the heap:"
      case .guardPage: "A store to the page below the stack:"
      case .doubleFault: "A page fault whose gate is not present:"
      case .stackOverflow: "A function that calls itself for ever:"
      case .tripleFault: "The same, with no stack for the double fault:"
      }
    }

    /// Memory that nothing is mapped to.
    private static var nowhere: UInt { 0xDEAD_BEEF_000 }

    /// Raises it.
    func raise() {
      switch self {
      case .breakpoint:
        let same = registers_survive_breakpoint()
        Console.print("all registers are as they were: \(same != 0)")
      case .repair: Self.repair()
      case .divideError: provoke_divide_error()
      case .invalidOpcode: provoke_invalid_opcode()
      case .pageFault: Self.readAfterUnmap()
      case .generalProtection: provoke_general_protection()
      case .writeToText: store_volatile_u64(interrupt_stub(0), 0)
      case .executeHeap: jump_to(UInt(Heap.start.value))
      case .guardPage:
        if let page = Memory.guardPage { store_volatile_u64(UInt(page.start.value) + 0xFF8, 0) }
      case .doubleFault:
        Exceptions.table.remove(.pageFault)
        store_volatile_u64(Self.nowhere, 0)
      case .stackOverflow: overflow_stack()
      case .tripleFault:
        Exceptions.table.use(stack: 0, for: .doubleFault)
        overflow_stack()
      }
    }

    private static func repair() {
      var faults = 0
      Exceptions.repairPageFault = { address, code in
        faults += 1
        return !code.contains(.present) && Memory.mapNew(Page(containing: address))
      }
      var sum: UInt64 = 0
      for page in UInt(0)..<3 {
        store_volatile_u64(nowhere + page * 4096, UInt64(page) + 1)
        sum += load_volatile_u64(nowhere + page * 4096)
      }
      Exceptions.repairPageFault = nil
      Console.print("3 pages were written and read, sum \(sum), with \(faults) page faults")
    }

    /// Step 6's last claim: the translation is gone when its flush has been.
    private static func readAfterUnmap() {
      let page = Page(containing: VirtAddr(UInt64(nowhere)))
      guard Memory.mapNew(page) else { panic("There are no frames") }
      store_volatile_u64(nowhere, 42)
      Console.print("mapped: \(load_volatile_u64(nowhere)) is read")
      do throws(UnmapError) {
        let frame = try Memory.tables.unmap(page, tablesTo: &Memory.frames).flush()
        Memory.frames.deallocate(Frame(owning: frame))
      } catch {
        panic("The page cannot be unmapped: \(error)")
      }
      _ = load_volatile_u64(nowhere)
    }
  #endif
}
