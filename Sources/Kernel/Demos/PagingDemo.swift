// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

/// `demo=paging`: a page is mapped, used and unmapped, and the tables come and go with it.
enum PagingDemo {
  /// The page of the blog: entry 42 of its page-directory-pointer table, and 0 below.
  private static var page: Page { Page(containing: VirtAddr(42 * 512 * 512 * 4096)) }

  /// Shows it.
  static func show(_ information: BootInformation) {
    _ = Memory.openFrames(information)
    let tables = Memory.tables
    Console.printHeading("what boot.S has mapped")
    tables.forEachRange { Console.print("  \($0)") }
    translations(tables)
    Console.printHeading("a page")
    guard let frame = Memory.frames.allocate() else { panic("There are no frames") }
    let free = Memory.frames.freeCount
    translation(tables, "before: ")
    do throws(MapError) {
      let address = frame.start
      try tables.map(page, to: address, .writable, tablesFrom: &Memory.frames)
      translation(tables, "mapped: ")
      Console.print("  \(free - Memory.frames.freeCount) frames became tables")
      use(address)
      error(tables, address)
    } catch {
      panic("The page cannot be mapped: \(error)")
    }
    do throws(UnmapError) {
      let address = try tables.unmap(page, tablesTo: &Memory.frames).flush()
      Memory.frames.deallocate(Frame(owning: address))
    } catch {
      panic("The page cannot be unmapped: \(error)")
    }
    translation(tables, "unmapped: ")
    Console.print("  \(free + 1 - Memory.frames.freeCount) frames are missing")
  }

  private static func translations(_ tables: Mapper<ProcessorMemory>) {
    Console.printHeading("translations")
    let addresses: InlineArray<_, UInt64> = [0xB_8000, 0x12_3456, 0x3FFF_FFFF, 0x4000_0000]
    for index in addresses.indices {
      let address = VirtAddr(addresses[index])
      Console.print("  \(address): \(tables.translate(address))")
    }
    let top = Table<Level4>.top.address
    let root = tables.translate(top)?.physical == tables.memory.root
    Console.print("  \(top): \(root ? "the top table, by itself" : "not the top table")")
  }

  private static func translation(_ tables: Mapper<ProcessorMemory>, _ when: StaticString) {
    Console.print("  \(when)\(page.start) leads \(tables.translate(page.start))")
  }

  /// The page and its frame, which is mapped onto itself as well, are the same memory.
  private static func use(_ frame: PhysAddr) {
    store_volatile_u64(UInt(page.start.value), 0xCAFE_F00D)
    let read = load_volatile_u64(UInt(frame.value))
    Console.print("  what is written there is read at its frame: \(hex: read)")
  }

  private static func error(_ tables: Mapper<ProcessorMemory>, _ frame: PhysAddr) {
    do throws(MapError) {
      try tables.map(page, to: frame, [], tablesFrom: &Memory.frames)
    } catch {
      Console.print("  mapped again: \(error)")
    }
    do throws(MapError) {
      try tables.identityMap(VGAText.memory, [], tablesFrom: &Memory.frames)
    } catch {
      Console.print("  the screen mapped again: \(error)")
    }
  }
}
