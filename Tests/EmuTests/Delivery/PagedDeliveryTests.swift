// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Delivery through real page tables, and what it costs.
@Suite("Delivery through page tables")
struct PagedDeliveryTests {
  /// The scene, in a machine's memory whose first 2 MiB are mapped to themselves by one page with
  /// these flags; the tables begin at 0x1_0000.
  static func make(pageFlags: UInt8) throws -> (Scene, PagedMemory<PhysicalMemory>) {
    var scene = Scene.make(.long)
    scene.registers.cr3 = 0x1_0000
    let memory = try #require(PhysicalMemory(MemoryMap(ramSize: MemoryMap.smallest)))
    let tables: [(UInt64, [UInt8])] = [
      (0, scene.memory.bytes), (0x1_0000, [0x23, 0x10, 1]), (0x1_1000, [0x23, 0x20, 1]),
      (0x1_2000, [pageFlags]),
    ]
    for (address, bytes) in tables {
      #expect(memory.write(bytes[...], zeroes: 0, at: PhysAddr(address)))
    }
    let registers = scene.registers
    let paging = PagingState(
      cr0: registers.cr0, cr3: registers.cr3, cr4: registers.cr4, efer: registers.efer)
    return (scene, PagedMemory(paging: paging, physical: memory))
  }

  @Test("gives the same plan as memory without pages")
  func same() throws {
    let (scene, memory) = try Self.make(pageFlags: 0xe3)
    #expect(try Delivery.plan(scene.event, scene.registers, in: memory) == scene.plan())
  }

  @Test("says where D is to be set")
  func dirty() throws {
    let (scene, memory) = try Self.make(pageFlags: 0xa3)
    let touch = PageTouch(
      address: VirtAddr(0x6ff8), access: PageAccess(.write, as: .supervisor(ac: false)))
    #expect(try Delivery.plan(scene.event, scene.registers, in: memory).touched == [touch])
  }

  @Test("gives the walk's error code and address")
  func fault() throws {
    let (made, memory) = try Self.make(pageFlags: 0xe3)
    var scene = made
    scene.registers.rsp = 0x4000_0000
    let fault = DeliveryFault(.stackWritable, pageFault: .write, at: VirtAddr(0x3fff_fff8))
    #expect(throws: fault) { try Delivery.plan(scene.event, scene.registers, in: memory) }
  }
}
