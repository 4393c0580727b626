// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Testing
import X86

@testable import Monitor

/// What `kemu walk` shows of an address, line by line.
@Suite struct WalkReportTests {
  /// PML4 0x1000, which maps itself last; PDPT 0x2000, PD 0x3000 that forbids writes, PT 0x4000.
  private static let tables = TableMemory(entries8: [
    0x1000: 0x2067, 0x1ff8: 0x1063, 0x2000: 0x3027, 0x3000: 0x4065, 0x4008: 0xb_8067,
  ])

  private func text(
    _ address: UInt64, _ paging: PagingState = .fourLevel(), width: Int = 80, _ ink: Ink = .none
  ) -> String {
    WalkReport(
      of: VirtAddr(address), paging, cr3: paging.root.value, ac: false, in: Self.tables,
      names: KernelNames(nil, memory: .standard)
    ).blocks(width: width, ink).map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  @Test func aMappedAddressIsFollowedLevelByLevel() {
    #expect(
      text(0x1abc) == """
        0x1abc, by 4-level paging

          63            48 47     39 38     30 29     21 20     12 11         0
         ┌────────────────┬─────────┬─────────┬─────────┬─────────┬────────────┐
         │0000000000000000│000000000│000000000│000000000│000000001│101010111100│
         └────────────────┴─────────┴─────────┴─────────┴─────────┴────────────┘
          sign             PML4[0]   PDPT[0]   PD[0]     PT[1]     offset 0xabc

          CR3      0x1000 → PML4 at 0x1000

        PML4[0]  address bits 47 to 39 are 0
          entry    0x2067 at 0x1000
          flags    P 1 present · R/W 1 writable · U/S 1 user · PWT 0 written back ·
                   PCD 0 cached · A 1 used · PS 0 leads to a table · XD 0 executable
          rights   read, write, execute; user
          leads to PDPT 0x2000

        PDPT[0]  address bits 38 to 30 are 0
          entry    0x3027 at 0x2000
          flags    P 1 present · R/W 1 writable · U/S 1 user · PWT 0 written back ·
                   PCD 0 cached · A 1 used · PS 0 leads to a table · XD 0 executable
          rights   read, write, execute; user
          leads to PD 0x3000

        PD[0]  address bits 29 to 21 are 0
          entry    0x4065 at 0x3000
          flags    P 1 present · R/W 0 read-only · U/S 1 user · PWT 0 written back ·
                   PCD 0 cached · A 1 used · PS 0 leads to a table · XD 0 executable
          rights   read, execute; user
          leads to PT 0x4000

        PT[1]  address bits 20 to 12 are 1
          entry    0xb8067 at 0x4000 + 1 · 8 = 0x4008
          flags    P 1 present · R/W 1 writable · U/S 1 user · PWT 0 written back ·
                   PCD 0 cached · A 1 used · D 1 written to · PAT 0 PAT bit clear ·
                   G 0 goes with CR3 · XD 0 executable
          rights   read, execute; user
          leads to 4 KiB page 0xb8000

        0x1abc is physical 0xb8abc (VGA text memory)
          page     4 KiB at 0xb8000, offset 0xabc
          rights   read, execute; user

          supervisor  read   #PF 0x1 (P)          PT[1]: U/S is 1, SMAP
                      write  #PF 0x3 (P W/R)      PT[1]: U/S is 1, SMAP
                      fetch  #PF 0x11 (P I/D)     PT[1]: U/S is 1, SMEP
          user        read   allowed
                      write  #PF 0x7 (P W/R U/S)  PD[0]: R/W is 0
                      fetch  allowed
        """)
  }

  @Test func anAddressThatIsNotMappedEndsAtTheEntryThatSaysSo() {
    let lines = text(0x40_0000).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines.drop { !$0.hasPrefix("PD[2]") }.joined(separator: "\n") == """
        PD[2]  address bits 29 to 21 are 2
          entry    0x0 at 0x3000 + 2 · 8 = 0x3010
          flags    P 0 not present; the other bits mean nothing to the processor
          stops    P is 0

        P of PD[2] is 0: nothing is mapped from 0x400000 to 0x5fffff (2 MiB)

          supervisor  read   #PF 0x0             PD[2]: P is 0
                      write  #PF 0x2 (W/R)       PD[2]: P is 0
                      fetch  #PF 0x10 (I/D)      PD[2]: P is 0
          user        read   #PF 0x4 (U/S)       PD[2]: P is 0
                      write  #PF 0x6 (W/R U/S)   PD[2]: P is 0
                      fetch  #PF 0x14 (U/S I/D)  PD[2]: P is 0
        """)
  }

  @Test func aRecursiveMappingIsExplained() {
    let lines = text(0xffff_ffff_ffff_f008).split(separator: "\n")
    #expect(
      lines.filter { $0.hasPrefix("  leads to") } == [
        "  leads to PDPT 0x1000, the PML4 again: recursive, read as a PDPT",
        "  leads to PD 0x1000, the PML4 again: recursive, read as a PD",
        "  leads to PT 0x1000, the PML4 again: recursive, read as a PT",
        "  leads to 4 KiB page 0x1000, the PML4 again: recursive, shown as a page",
      ])
  }

  @Test func withoutPagingAnAddressIsPhysicalInOnePicture() {
    let off = PagingState(cr0: .pe, cr3: 0, cr4: [], efer: [])
    #expect(
      text(0xb_8000, off) == """
        0xb8000, by paging off

          31                             0
         ┌────────────────────────────────┐
         │00000000000010111000000000000000│
         └────────────────────────────────┘
          physical 0xb8000

        0xb8000 is physical 0xb8000 (VGA text memory)
        Paging is off, and forbids nothing.
        """)
  }

  @Test func anAddressThatIsNotCanonicalIsNotWalked() {
    let lines = text(0x8000_0000_0000).split(separator: "\n").suffix(2)
    #expect(
      lines == [
        "bits 63 to 47 of 0x8000_0000_0000 are not all equal, so it is not canonical: no",
        "page fault, but #GP(0), or #SS(0) through the stack",
      ])
  }

  @Test(
    arguments: [
      0x1abc, 0x5000, 0x40_0000, 0xffff_ffff_ffff_f008, 0x8000_0000_0000,
    ] as [UInt64])
  func linesFitTheWidthInColourToo(_ address: UInt64) throws {
    let plain = text(address)
    #expect(plain.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(plain)")
    #expect(plain.split(separator: "\n").allSatisfy { $0.last != " " }, "\(plain)")
    let colored = text(address, .fourLevel(), width: 80, Ink(isOn: true))
    #expect(colored != plain)
    #expect(colored.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == plain)
  }
}
