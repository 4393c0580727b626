// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Changes of the page tables in force are told as they are made, and so is what forgets translations.
@Suite struct PagingEventTests {
  private func events(
    _ name: String, _ watch: Event.Categories = .paging, window: UInt64 = .max
  ) throws -> [Event] {
    let guest = try RunningMachine(guest: "\(name).elf")
    guest.machine.watch = watch
    #expect(guest.run(window: window) == .guestExit(value: 0x10))
    return guest.events.filter {
      switch $0 {
      case .wroteEntry, .forgotTranslations: true
      default: false
      }
    }
  }

  private func writes(_ events: [Event]) -> [EntryWrite] {
    events.compactMap { if case .wroteEntry(let write) = $0 { write } else { nil } }
  }

  @Test func `every entry that is changed is told, with its table and what it was`() throws {
    let writes = writes(try events("tables"))
    // swift-format-ignore
    let expected: [(PagingLevel, index: UInt16, first: UInt64, old: UInt64, new: UInt64)] = [
      (.pt,   0,   0x4000_0000,           0,          0x40_0003),
      (.pt,   511, 0x401f_f000,           0,          0x5f_f003),
      (.pt,   5,   0x4000_5000,           0x40_5063,  0x40_5061),
      (.pt,   5,   0x4000_5000,           0x40_5001,  0),
      (.pt,   6,   0x4000_6000,           0x40_6003,  0x40_7003),
      (.pt,   7,   0x4000_7000,           0x40_7003,  0x8000_0000_0040_7003),
      (.pt,   7,   0x4000_7000,           0x8000_0000_0040_7003, 0x8000_0000_0040_9003),
      (.pt,   9,   0x4000_9000,           0x40_9003,  0x40_9007),
      (.pdpt, 2,   0x8000_0000,           0,          0x83),
      (.pdpt, 3,   0xc000_0000,           0,          0x8000_0000_0000_0083),
    ]
    for (level, index, first, old, new) in expected {
      #expect(
        writes.contains {
          $0.level == level && $0.before.steps[$0.step].index == index
            && $0.range.lowerBound.value == first && $0.old.rawValue == old
            && $0.new.rawValue == new
        }, "\(level)[\(index)] \(String(old, radix: 16)) → \(String(new, radix: 16))")
    }
    #expect(writes.count == 2 + 512 + 8 + 1 + 2 + 1 + 1 + 2)
  }

  @Test func `what forgets translations is told with how much`() throws {
    let flushes = try events("tables").compactMap {
      if case .forgotTranslations(let flush) = $0 { flush } else { nil }
    }
    let scopes = flushes.map(\.scope)
    #expect(scopes == [.nothing, .page, .page, .page, .nonGlobal, .all, .all, .nonGlobal])
    let first = try #require(flushes.first?.extent)
    #expect(first.bytes == 1 << 30 && first.tables == 3 && first.isComplete)
  }

  @Test
  func `a table is found through an entry that leads to it, and recursive entries have no end`()
    throws
  {
    let events = try events("paging-4level")
    guard case .forgotTranslations(let last) = try #require(events.last) else {
      Issue.record("no load of CR3 at the end")
      return
    }
    let extent = try #require(last.extent)
    #expect(extent.bytes == 2 << 30 + 4096 && extent.tables == 6)
  }

  @Test(
    arguments: ["tables", "paging-4level", "paging-pae", "paging-32"], [1, 7, 100] as [UInt64])
  func `they are the same in every window`(_ guest: String, _ window: UInt64) throws {
    #expect(try events(guest, window: window) == events(guest))
  }

  @Test func `they are the same whatever else is watched`() throws {
    let all: Event.Categories = [.paging, .control, .memory, .ports, .visits, .deliveries]
    #expect(try events("tables", all) == events("tables"))
  }

  @Test func `what is not watched any more is not told`() throws {
    let guest = try RunningMachine(guest: "tables.elf")
    guest.machine.watch = .paging
    _ = guest.machine.run(nanoseconds: 3_000)
    let before = guest.events.count
    #expect(before > 100)
    guest.machine.watch = []
    #expect(guest.run() == .guestExit(value: 0x10))
    #expect(guest.events.count == before + 1)  // the stop
  }

  @Test func `tables that are in force when watching begins are found`() throws {
    let guest = try RunningMachine(guest: "tables.elf")
    _ = guest.machine.run(nanoseconds: 3_000)
    guest.machine.watch = .paging
    _ = guest.run()
    let writes = writes(guest.events)
    let rest = try self.writes(events("tables")).filter { $0.instructions > 3_000 }
    #expect(writes == rest && rest.count > 300)
  }
}
