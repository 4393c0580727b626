// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

/// `demo=measure`: what the kernel's small operations cost, by the time-stamp counter.
///
/// On kemu it counts one for each instruction, and a thousand for each access to a port, so that the
/// numbers are the same in every run; on other machines it counts something like cycles.
enum MeasureDemo {
  #if os(Linux)
    /// Nothing: the operations are the machine's.
    static func show(_ options: BootOptions, _ information: BootInformation) {}
  #else
    /// Measures and prints.
    static func show(_ options: BootOptions, _ information: BootInformation) {
      Memory.open(information, heap: options.heap)
      let page = Page(containing: VirtAddr(0x1234_5678_9000))
      let neighbour = Page(containing: page.start + Page.size)
      guard let frame = Memory.frames.allocate() else { panic("There are no frames") }
      let address = frame.start
      // With a neighbour, its tables stay; without, three come and go.
      report("map and unmap a page and its tables", measure { mapAndUnmap(page, address) })
      guard Memory.mapNew(neighbour) else { panic("There are no frames") }
      report("map and unmap a page", measure { mapAndUnmap(page, address) })
      Memory.frames.deallocate(frame)

      report("allocate and give back a frame", measure { frameAndBack() })
      Heap.deallocate(Heap.allocate(size: 100, alignment: 16))
      report("allocate and give back a block", measure { blockAndBack() })
      Exceptions.repairPageFault = { address, _ in Memory.mapNew(Page(containing: address)) }
      report("a page fault, repaired", measure { fault() })
      Exceptions.repairPageFault = nil
      report("an interrupt that nobody waits for", measure { call_unused_interrupt() })
      report("print an empty line", measure { Console.print("") })
    }

    /// The counts between two readings of the counter with `body` between them and without.
    private static func measure(_ body: () -> Void) -> UInt64 {
      let empty = read_tsc()
      let start = read_tsc()
      body()
      let end = read_tsc()
      return (end - start) - (start - empty)
    }

    private static func report(_ what: StaticString, _ count: UInt64) {
      Console.print("\(count, width: 8)  \(what)")
    }

    private static func mapAndUnmap(_ page: Page, _ frame: PhysAddr) {
      do throws(MapError) {
        try Memory.tables.map(page, to: frame, .writable, tablesFrom: &Memory.frames)
      } catch {
        panic("The page cannot be mapped: \(error)")
      }
      do throws(UnmapError) {
        _ = try Memory.tables.unmap(page, tablesTo: &Memory.frames).flush()
      } catch {
        panic("The page cannot be unmapped: \(error)")
      }
    }

    private static func frameAndBack() {
      if let frame = Memory.frames.allocate() { Memory.frames.deallocate(frame) }
    }

    private static func blockAndBack() {
      Heap.deallocate(Heap.allocate(size: 100, alignment: 16))
    }

    /// A page fault that is repaired at once: the way to a handler and back.
    private static func fault() {
      store_volatile_u64(0x2222_2222_2000, 1)
    }
  #endif
}
