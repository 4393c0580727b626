// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The machine's memory, as the kernel manages it once it has begun to.
enum Memory {
  /// The frames; none before `openFrames`.
  nonisolated(unsafe) static var frames = FrameAllocator()

  /// The active page tables.
  static var tables: Mapper<ProcessorMemory> { Mapper(memory: ProcessorMemory()) }

  /// The page below the boot stack that nothing is mapped to; nil before `remap`.
  nonisolated(unsafe) private(set) static var guardPage: Page?

  /// The end of what boot.S maps onto itself.
  static var bootMappingEnd: PhysAddr { PhysAddr(1 << 30) }

  /// Everything: frames, page tables of the kernel's own, the heap, and stacks for exceptions. Returns who
  /// had memory before.
  @discardableResult
  static func open(
    _ information: BootInformation, heap: ChosenAllocator.Kind
  ) -> MemoryInventory {
    let inventory = openFrames(information)
    remap(information, inventory)
    Heap.open(heap)
    #if !os(Linux)
      Descriptors.open()
    #endif
    return inventory
  }

  private static let opening = Once("Frames are managed already")

  /// Begins to manage frames, and returns who had memory before; once, since a second allocator would
  /// hand out the frames of the first one again.
  static func openFrames(_ information: BootInformation) -> MemoryInventory {
    opening.happen()
    do throws(MemoryInventoryError) {
      var inventory = try MemoryInventory(information)
      frames = try FrameAllocator(placingNotesIn: &inventory, below: bootMappingEnd)
      return inventory
    } catch {
      panic("No frames can be allocated: \(error)")
    }
  }

  /// Maps `page` to a frame that nobody has, to be read and written; false if there is none.
  static func mapNew(_ page: Page) -> Bool {
    guard let frame = frames.allocate() else { return false }
    do throws(MapError) {
      try tables.map(page, to: frame.start, [.writable, .noExecute], tablesFrom: &frames)
      return true
    } catch {
      frames.deallocate(frame)
      return false
    }
  }

  /// Moves to page tables of our own, with no more rights than each part of memory needs.
  ///
  /// The page of boot.S's top table, which lies right below the boot stack and the two other tables,
  /// becomes the guard page of the stack; the two tables become stack.
  static func remap(_ information: BootInformation, _ inventory: MemoryInventory) {
    Processor.enableNoExecute()
    var active = ActiveTables(of: ProcessorMemory())
    do throws(KernelLayoutError) {
      let layout = try KernelLayout(information, inventory)
      let old = switchTables(&active, layout)
      guardPage = removeGuardPage(at: old.root)
    } catch {
      panic("The kernel cannot be mapped: \(error)")
    }
    Processor.enableWriteProtection()
  }

  private static func switchTables(
    _ active: inout ActiveTables<ProcessorMemory>, _ layout: KernelLayout
  ) -> InactiveTables {
    do throws(MapError) {
      let new = try active.makeInactive(tablesFrom: &frames)
      try active.edit(new, tablesFrom: &frames) { mapper, frames throws(MapError) in
        try layout.ranges.forEach { part throws(MapError) in
          try mapper.identityMap(part, tablesFrom: &frames)
        }
      }
      return active.activate(new)
    } catch {
      panic("The kernel cannot be mapped: \(error)")
    }
  }

  private static func removeGuardPage(at frame: PhysAddr) -> Page {
    let page = Page(containing: VirtAddr(frame.value))
    do throws(UnmapError) {
      // The frame remains the kernel's: it is part of .bss.
      _ = try tables.unmap(page, tablesTo: &frames).flush()
      return page
    } catch {
      panic("There is no guard page: \(error)")
    }
  }
}
