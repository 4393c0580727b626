// SPDX-License-Identifier: GPL-2.0-or-later
#if KERNEL_TESTS
  import Boot
  import X86

  /// The tests that the kernel does not survive.
  enum EndingTests {
    /// All of them, on the machine that `information` tells of.
    static func all(_ information: BootInformation) -> [EndingTest] {
      memory + faults
        + [
          EndingTest("frames-open-twice", ending: "Frames are managed already") {
            _ = Memory.openFrames(information)
          }
        ]
    }

    private static var memory: [EndingTest] {
      [
        EndingTest("overrun", ending: "was written to behind its end") {
          let block = Heap.allocate(size: 10, alignment: 16)
          block.storeBytes(of: 0, toByteOffset: 10, as: UInt8.self)
          Heap.deallocate(block)
        },
        EndingTest("free-twice", ending: "was given back twice") {
          let block = Heap.allocate(size: 10, alignment: 16)
          Heap.deallocate(block)
          Heap.deallocate(block)
        },
        EndingTest("frame-twice", ending: "was given back twice") {
          guard let frame = Memory.frames.allocate() else { return }
          let start = frame.start
          Memory.frames.deallocate(frame)
          Memory.frames.deallocate(Frame(owning: start))
        },
        EndingTest("heap-full", ending: "The heap is full") {
          var blocks: [[Int]] = []
          while true { blocks.append([Int](repeating: 0, count: 1000)) }
        },
        EndingTest("heap-open-twice", ending: "The heap is open already") {
          Heap.open(.list)
        },
        EndingTest("tables-twice", ending: "The active page tables have an owner already") {
          _ = ActiveTables(of: ProcessorMemory())
        },
        EndingTest("descriptors-twice", ending: "The descriptor tables are loaded already") {
          Descriptors.open()
        },
      ]
    }

    private static var faults: [EndingTest] {
      [
        EndingTest("swift-trap", ending: "INVALID OPCODE") {
          let numbers = [1, 2, 3]
          Console.print("\(numbers[Int(Timer.ticks) + 3])")
        },
        EndingTest("write-to-text", ending: "access not allowed, write") {
          store_volatile_u64(interrupt_stub(0), 0)
        },
        EndingTest("execute-heap", ending: "instruction fetch") {
          jump_to(UInt(Heap.start.value))
        },
        EndingTest("lock-twice", ending: "Who holds the console's lock takes it a second time") {
          // The handler of the breakpoint prints.
          Console.withLockHeld { provoke_breakpoint() }
        },
        EndingTest("stack-overflow", ending: "DOUBLE FAULT") { overflow_stack() },
        EndingTest("nested", ending: "panic inside a panic") {
          // The report looks for names where nothing is mapped.
          let nowhere = UnsafeRawBufferPointer(
            start: UnsafeRawPointer(bitPattern: 0x7777_7777_7000), count: 4096)
          Panic.symbols = Symbols(table: nowhere, names: nowhere)
          panic("The first panic")
        },
      ]
    }
  }
#endif
