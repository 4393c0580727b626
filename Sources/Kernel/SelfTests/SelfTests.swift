// SPDX-License-Identifier: GPL-2.0-or-later
#if KERNEL_TESTS
  import Boot
  import X86

  /// The tests that run one after the other in one boot.
  enum SelfTests {
    /// All of them.
    static func all() -> [SelfTest] {
      memory + (reachesBeyond4GiB ? beyond4GiB : []) + heap + exceptions + console + interrupts
    }

    /// Whether there are more frames than fit below 4 GiB.
    private static var reachesBeyond4GiB: Bool { Memory.frames.totalCount > 1 << 20 }

    private static var beyond4GiB: [SelfTest] {
      [
        SelfTest("a frame beyond 4 GiB is memory of its own") {
          // The allocator begins with the lowest frames and is far from these.
          let high = PhysAddr(0x1_2345_6000)
          let low = PhysAddr(0x2345_6000)
          let other = Page(containing: page.start + Page.size)
          guard
            (try? Memory.tables.map(page, to: high, .writable, tablesFrom: &Memory.frames)) != nil,
            (try? Memory.tables.map(other, to: low, .writable, tablesFrom: &Memory.frames)) != nil
          else { return false }
          store_volatile_u64(UInt(page.start.value), 0x1234_5678_9ABC)
          store_volatile_u64(UInt(other.start.value), 5)
          let read = load_volatile_u64(UInt(page.start.value))
          let unmapped =
            (try? Memory.tables.unmap(page, tablesTo: &Memory.frames).flush()) == high
            && (try? Memory.tables.unmap(other, tablesTo: &Memory.frames).flush()) == low
          return read == 0x1234_5678_9ABC && unmapped
        }
      ]
    }

    private static var page: Page { Page(containing: VirtAddr(0x7777_7777_7000)) }

    private static var memory: [SelfTest] {
      [
        SelfTest("a frame given back is the next to come out") {
          guard let frame = Memory.frames.allocate() else { return false }
          let number = frame.number
          Memory.frames.deallocate(frame)
          guard let again = Memory.frames.allocate() else { return false }
          let same = again.number == number
          Memory.frames.deallocate(again)
          return same
        },
        SelfTest("a page is written and read, and leaves no tables behind") {
          let free = Memory.frames.freeCount
          guard Memory.tables.translate(page.start) == nil, Memory.mapNew(page) else {
            return false
          }
          store_volatile_u64(UInt(page.start.value), 42)
          guard load_volatile_u64(UInt(page.start.value)) == 42 else { return false }
          guard let frame = try? Memory.tables.unmap(page, tablesTo: &Memory.frames).flush() else {
            return false
          }
          Memory.frames.deallocate(Frame(owning: frame))
          return Memory.tables.translate(page.start) == nil && Memory.frames.freeCount == free
        },
        SelfTest("two pages on one frame show the same memory") {
          guard let frame = Memory.frames.allocate() else { return false }
          let address = frame.start
          let other = Page(containing: page.start + Page.size)
          guard
            (try? Memory.tables.map(page, to: address, .writable, tablesFrom: &Memory.frames))
              != nil,
            (try? Memory.tables.map(other, to: address, [], tablesFrom: &Memory.frames)) != nil
          else { return false }
          store_volatile_u64(UInt(page.start.value) + 8, 77)
          let read = load_volatile_u64(UInt(other.start.value) + 8)
          let unmapped =
            (try? Memory.tables.unmap(page, tablesTo: &Memory.frames).flush()) == address
            && (try? Memory.tables.unmap(other, tablesTo: &Memory.frames).flush()) == address
          Memory.frames.deallocate(frame)
          return read == 77 && unmapped
        },
        SelfTest("a page that is unmapped is read until its flush, and not after it") {
          guard Memory.mapNew(page) else { return false }
          store_volatile_u64(UInt(page.start.value), 42)
          var faults = 0
          Exceptions.repairPageFault = { address, code in
            faults += 1
            return !code.contains(.present) && Memory.mapNew(Page(containing: address))
          }
          defer { Exceptions.repairPageFault = nil }
          guard let change = try? Memory.tables.unmap(page, tablesTo: &Memory.frames) else {
            return false
          }
          // The tables lead nowhere, but the processor knows a way: that is what the promise is about. A
          // processor may have forgotten it; those that this runs on have not.
          guard Memory.tables.translate(page.start) == nil else { return false }
          let stale = load_volatile_u64(UInt(page.start.value))
          guard stale == 42, faults == 0 else { return false }
          Memory.frames.deallocate(Frame(owning: change.flush()))
          store_volatile_u64(UInt(page.start.value), 7)
          guard faults == 1,
            let frame = try? Memory.tables.unmap(page, tablesTo: &Memory.frames).flush()
          else { return false }
          Memory.frames.deallocate(Frame(owning: frame))
          return true
        },
        SelfTest("nothing is writable and executable") {
          var isWell = true
          Memory.tables.forEachRange { range in
            if range.rights.isSuperset(of: [.writable, .executable]) { isWell = false }
          }
          // The ranges leave out the recursive slot: the top table, as a page.
          let top = Memory.tables.translate(VirtAddr(0xFFFF_FFFF_FFFF_F000))
          return isWell && top?.rights.contains(.executable) == false
        },
      ]
    }

    private static var heap: [SelfTest] {
      [
        SelfTest("a large array holds what is put into it") {
          var numbers: [Int] = []
          for number in 0..<10_000 { numbers.append(number) }
          return numbers.reduce(0, +) == 49_995_000
        },
        SelfTest("many objects that live for a moment leave nothing") {
          let before = Heap.statistics
          var sum = 0
          for number in 0..<20_000 { sum += Box.boxed(number).value }
          let after = Heap.statistics
          return sum == 199_990_000 && after.allocations >= before.allocations + 20_000
            && after.blocks == before.blocks && after.used == before.used
        },
        SelfTest("blocks are at the multiples that were asked for") {
          for shift in 4...12 {
            let block = Heap.allocate(size: 24, alignment: 1 << shift)
            guard UInt(bitPattern: block) % (1 << UInt(shift)) == 0 else { return false }
            Heap.deallocate(block)
          }
          return true
        },
        SelfTest("a dictionary of strings finds each of them") {
          var lengths: [String: Int] = [:]
          for number in 0..<300 { lengths["the number \(number)"] = number }
          for number in 0..<300 {
            guard let found = lengths["the number \(number)"], found == number else { return false }
          }
          return lengths.count == 300
        },
      ]
    }

    private static var exceptions: [SelfTest] {
      [
        SelfTest("a breakpoint returns with all registers") { registers_survive_breakpoint() != 0 },
        SelfTest("a page fault that is repaired tries again") {
          var faults = 0
          Exceptions.repairPageFault = { address, _ in
            faults += 1
            return Memory.mapNew(Page(containing: address))
          }
          store_volatile_u64(UInt(page.start.value), 5)
          Exceptions.repairPageFault = nil
          let frame = try? Memory.tables.unmap(page, tablesTo: &Memory.frames).flush()
          if let frame { Memory.frames.deallocate(Frame(owning: frame)) }
          return faults == 1 && frame != nil
        },
        SelfTest("a page fault inside the handler of a page fault is repaired first") {
          let other = Page(containing: page.start + Page.size)
          var depth = 0
          var deepest = 0
          Exceptions.repairPageFault = { address, _ in
            depth += 1
            deepest = max(deepest, depth)
            defer { depth -= 1 }
            if address == page.start { store_volatile_u64(UInt(other.start.value), 6) }
            return Memory.mapNew(Page(containing: address))
          }
          store_volatile_u64(UInt(page.start.value), 5)
          Exceptions.repairPageFault = nil
          let sum =
            load_volatile_u64(UInt(page.start.value)) + load_volatile_u64(UInt(other.start.value))
          for page in [page, other] {
            guard let frame = try? Memory.tables.unmap(page, tablesTo: &Memory.frames).flush()
            else { return false }
            Memory.frames.deallocate(Frame(owning: frame))
          }
          return sum == 11 && deepest == 2 && depth == 0
        },
      ]
    }

    private static var console: [SelfTest] {
      [
        SelfTest("a line that is printed is on the screen") {
          Console.print("some line of text")
          guard let screen = Screen(memory: VGAText.memory) else { return false }
          let expected: StaticString = "some line of text"
          for column in 0..<expected.utf8CodeUnitCount {
            let cell = screen[VGAText.rows - 2, column]
            guard cell.character == expected.utf8Start[column] else { return false }
          }
          return true
        },
        SelfTest("200 lines are printed") {
          for number in 0..<200 { Console.print("line \(number)") }
          return true
        },
      ]
    }

    private static var interrupts: [SelfTest] {
      [
        SelfTest("the timer ticks while others print") {
          let start = Timer.ticks
          while Timer.ticks < start + 5 { Console.print("tick", terminator: " ") }
          return true
        },
        SelfTest("spurious interrupts are let go, and the timer ticks on") {
          let flags = save_and_disable_interrupts()
          call_spurious_interrupts()
          restore_interrupts(flags)
          let start = Timer.ticks
          var patience = 100_000_000
          while Timer.ticks < start + 3 && patience > 0 {
            spin_hint()
            patience -= 1
          }
          return Timer.ticks >= start + 3
        },
        SelfTest("a lock keeps interrupts out, and lets them in again") {
          let lock = SpinLock("test")
          let before = save_and_disable_interrupts()
          restore_interrupts(before)
          let inside = lock.withLock {
            let flags = save_and_disable_interrupts()
            restore_interrupts(flags)
            return flags
          }
          let bit = RFLAGS.interrupts.rawValue
          return before & bit != 0 && inside & bit == 0
        },
      ]
    }
  }

  /// An object for the heap; one that the compiler sees born and die would never be allocated.
  private final class Box {
    let value: Int
    private init(_ value: Int) { self.value = value }

    @inline(never)
    static func boxed(_ value: Int) -> Box { Box(value) }
  }
#endif
