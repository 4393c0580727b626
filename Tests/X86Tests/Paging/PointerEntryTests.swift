// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@Suite("The pointers of PAE paging")
struct PointerEntryTests {
  static let setting = PagingSetting(mode: .pae)

  @Test("are those of the load, whatever memory says later")
  func loaded() {
    let memory = WalkCaseTests.memory(.pae)
    let state = Self.setting.state(cr3: 0x1000, in: memory)
    memory.store(0, at: 0x1000, count: 8)
    let page = state.walk(WalkCaseTests.linear, for: WalkCaseTests.user, in: memory)
    #expect(
      page.outcome
        == .mapped(.init(physical: PhysAddr(0x5abc), pageSize: .kib4, rights: .all)))
    #expect(page.steps.first?.entry.rawValue == 0x3001)
    #expect(page.steps.first?.entryAddress == PhysAddr(0x1000))

    let again = Self.setting.state(cr3: 0x1000, in: memory)
    let missing = again.walk(WalkCaseTests.linear, for: WalkCaseTests.user, in: memory)
    let fault = PageFault(errorCode: .user, level: .pdpt, reason: .notPresent)
    #expect(missing.outcome == .fault(fault))
  }

  @Test(
    "are chosen by bits 31 and 30 of the address, and lie at a multiple of 32",
    arguments: [0, 1, 2, 3] as [UInt64])
  func index(_ index: UInt64) {
    let memory = FakeMemory(size: 0x6000)
    for number in 0..<4 as Range<UInt64> {
      memory.store(0x2001 + number << 12, at: 0x1020 + 8 * number, count: 8)
    }
    let state = Self.setting.state(cr3: 0x1038, in: memory)
    let walk = state.walk(VirtAddr(index << 30), for: WalkCaseTests.user, in: memory)
    #expect(walk.steps.map(\.entryAddress.value) == [0x1020 + 8 * index, 0x2000 + index << 12])
  }

  @Test("are not accepted with a reserved bit, if present", arguments: 0..<4 as Range<UInt64>)
  func reserved(_ index: UInt64) {
    let reserved: Set<Int> = Set([1, 2, 5, 6, 7, 8] + (40...63))
    for bit in 1..<64 {
      let memory = FakeMemory(size: 0x2000)
      memory.store(1 << UInt64(bit) | 1, at: 0x1000 + 8 * index, count: 8)
      let state = Self.setting.state(cr3: 0x1000, in: memory)
      #expect(state.acceptsPointers == !reserved.contains(bit), "bit \(bit)")
      memory.store(1 << UInt64(bit), at: 0x1000 + 8 * index, count: 8)
      #expect(Self.setting.state(cr3: 0x1000, in: memory).acceptsPointers, "bit \(bit), absent")
    }
  }

  /// A write of a control register, and whether it loads the pointers.
  struct Write: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var writesCR3 = false
    var cr0: (CR0, CR0) = ([.pe, .pg], [.pe, .pg])
    var cr4: (CR4, CR4) = (.pae, .pae)
    var efer: EFER = []
    let loads: Bool
  }

  static let writes: [Write] = [
    Write(testDescription: "CR3", writesCR3: true, loads: true),
    Write(
      testDescription: "CR3 without paging", writesCR3: true, cr0: (.pe, .pe), loads: false),
    Write(
      testDescription: "CR3 in 32-bit paging", writesCR3: true, cr4: (.pse, .pse), loads: false),
    Write(
      testDescription: "CR3 in long mode", writesCR3: true, efer: [.lme, .lma], loads: false),
    Write(testDescription: "CR0 as it was", loads: false),
    Write(testDescription: "CR0.PG on", cr0: (.pe, [.pe, .pg]), loads: true),
    Write(testDescription: "CR0.PG off", cr0: ([.pe, .pg], .pe), loads: false),
    Write(
      testDescription: "CR0.PG on, to long mode", cr0: (.pe, [.pe, .pg]), efer: .lme, loads: false),
    Write(testDescription: "CR0.CD", cr0: ([.pe, .pg], [.pe, .pg, .cd]), loads: true),
    Write(testDescription: "CR0.NW", cr0: ([.pe, .pg, .cd, .nw], [.pe, .pg, .cd]), loads: true),
    Write(testDescription: "CR0.WP", cr0: ([.pe, .pg], [.pe, .pg, .wp]), loads: false),
    Write(testDescription: "CR4.PAE on", cr4: ([], .pae), loads: true),
    Write(testDescription: "CR4.PAE off", cr4: (.pae, []), loads: false),
    Write(testDescription: "CR4.PGE", cr4: (.pae, [.pae, .pge]), loads: true),
    Write(testDescription: "CR4.PSE", cr4: ([.pae, .pse], .pae), loads: true),
    Write(testDescription: "CR4.SMEP", cr4: (.pae, [.pae, .smep]), loads: true),
    Write(testDescription: "CR4.SMAP", cr4: (.pae, [.pae, .smap]), loads: false),
  ]

  @Test("are loaded by writes of control registers that concern them", arguments: writes)
  func loads(_ write: Write) {
    #expect(
      PointerEntries.areLoaded(
        writingCR3: write.writesCR3, cr0: (old: write.cr0.0, new: write.cr0.1),
        cr4: (old: write.cr4.0, new: write.cr4.1), efer: write.efer) == write.loads)
  }
}
