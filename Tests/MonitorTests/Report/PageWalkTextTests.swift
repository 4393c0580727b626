// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Monitor

/// A page walk in lines and in a sentence.
@Suite struct PageWalkTextTests {
  private static let kernel = PageAccess.Privilege.supervisor(ac: false)

  /// PML4 0x1000, which maps itself last; PDPT 0x2000, PD 0x3000 that forbids writes, PT 0x4000.
  private static let tables = TableMemory(entries8: [
    0x1000: 0x2067, 0x1ff8: 0x1063,
    0x2000: 0x3027, 0x2008: 0x81e7 | 1 << 32,
    0x3000: 0x4065, 0x3008: 0x20_00e7, 0x3010: 0x40_2083,
    0x4008: 0x8000_0000_0000_8067, 0x4010: 0x9163, 0x4018: 0x0100_0000_a067,
  ])

  private func walk(
    _ address: UInt64, _ kind: PageAccess.Kind = .read,
    _ privilege: PageAccess.Privilege = kernel, state: PagingState = .fourLevel()
  ) -> PageWalk {
    state.walk(VirtAddr(address), for: PageAccess(kind, as: privilege), in: Self.tables)
  }

  @Test func eachEntryIsALineAndTheBitThatDecidedIsMarked() {
    #expect(
      walk(0x2000, .read, .user).lines() == [
        "PML4[0]  at 0x1000: 0x2067  P R/W U/S A  → PDPT 0x2000",
        "PDPT[0]  at 0x2000: 0x3027  P R/W U/S A  → PD 0x3000",
        "PD[0]    at 0x3000: 0x4065  P U/S A      → PT 0x4000",
        "PT[2]    at 0x4010: 0x9163  P R/W A D G  → 4 KiB page 0x9000  ← U/S is 0",
      ])
    #expect(
      walk(0x5000).lines().last == "PT[5]    at 0x4028: 0x0                  ← P is 0")
  }

  @Test func linesKeepToTheWidthThatTheyAreGiven() {
    let walk = walk(0x1abc, .write, .user)
    #expect(
      walk.lines(width: 80) == [
        "PML4[0]  at 0x1000: 0x2067                 P R/W U/S A       → PDPT 0x2000",
        "PDPT[0]  at 0x2000: 0x3027                 P R/W U/S A       → PD 0x3000",
        "PD[0]    at 0x3000: 0x4065                 P U/S A           → PT 0x4000",
        "         ← R/W is 0",
        "PT[1]    at 0x4008: 0x8000_0000_0000_8067  P R/W U/S A D XD  → 4 KiB page 0x8000",
      ])
    #expect(
      walk.lines(width: 62) == [
        "PML4[0]  at 0x1000: 0x2067                 P R/W U/S A",
        "         → PDPT 0x2000",
        "PDPT[0]  at 0x2000: 0x3027                 P R/W U/S A",
        "         → PD 0x3000",
        "PD[0]    at 0x3000: 0x4065                 P U/S A",
        "         → PT 0x4000  ← R/W is 0",
        "PT[1]    at 0x4008: 0x8000_0000_0000_8067  P R/W U/S A D XD",
        "         → 4 KiB page 0x8000",
      ])
  }

  @Test func aRecursiveMappingIsSaid() {
    let walk = walk(0xffff_ffff_ffff_f800)
    #expect(
      walk.lines() == [
        "PML4[511]  at 0x1ff8: 0x1063  P R/W A    → PDPT 0x1000, the PML4 again",
        "PDPT[511]  at 0x1ff8: 0x1063  P R/W A    → PD 0x1000, the PML4 again",
        "PD[511]    at 0x1ff8: 0x1063  P R/W A    → PT 0x1000, the PML4 again",
        "PT[511]    at 0x1ff8: 0x1063  P R/W A D  → 4 KiB page 0x1000, the PML4 again",
      ])
  }

  @Test func aSentenceNamesTheBitThatDecided() {
    let walks = [
      walk(0x2abc), walk(0x1abc), walk(0x1abc, .write, .user), walk(0x1abc, .fetch, .user),
      walk(0x1abc, .fetch), walk(0x2abc, .read, .user), walk(0x3abc), walk(0x5abc),
      walk(0x40_0000), walk(0x4000_0000), walk(0xffff_ff00_0000_0000),
      walk(0x1abc, state: .fourLevel(efer: [.lme, .lma])), walk(0x5000_0000_0000_0000),
      walk(0x1_0010_0000, state: PagingState(cr0: .pe, cr3: 0, cr4: [], efer: [])),
    ]
    #expect(
      walks.map(\.sentence) == [
        "0x2abc is physical 0x9abc, in a 4 KiB page: read, execute; supervisor only",
        "U/S is 1 on every level, and CR4.SMAP forbids the supervisor to read and write user pages "
          + "while EFLAGS.AC is 0",
        "R/W of PD[0] is 0: the page is read-only",
        "XD of PT[1] is 1: nothing may be executed in the page",
        "U/S is 1 on every level, and CR4.SMEP forbids the supervisor to execute user pages",
        "U/S of PT[2] is 0: user mode has no access to the page",
        "bit 40 of PT[3] is 1, beyond the physical addresses of this processor",
        "P of PT[5] is 0: nothing is mapped from 0x5000 to 0x5fff (4 KiB)",
        "bit 13 of PD[2] is 1, so the page is not at a multiple of its 2 MiB",
        "bit 15 of PDPT[1] is 1, so the page is not at a multiple of its 1 GiB",
        "P of PML4[510] is 0: nothing is mapped from 0xffff_ff00_0000_0000 to "
          + "0xffff_ff7f_ffff_ffff (512 GiB)",
        "XD of PT[1] is 1, reserved while EFER.NXE is 0",
        "bits 63 to 47 of 0x5000_0000_0000_0000 are not all equal, so it is not canonical: no page "
          + "fault, but #GP(0), or #SS(0) through the stack",
        "paging is off: 0x1_0010_0000 is the physical address 0x100000",
      ])
  }

  @Test func flagsAreNamedAsTheirEntryHasThem() {
    // Bit 7 is PAT in a page table and PS above; D and G are none of a table's; a pointer of PAE paging
    // has no rights.
    let memory = TableMemory(entries8: [
      0x1000: 0x2019, 0x2000: 0x3163, 0x2008: 0x20_1183, 0x3000: 0x41e3,
    ])
    let read = PageAccess(.read, as: Self.kernel)
    let state = PagingState.pae(memory)
    #expect(
      state.walk(VirtAddr(0), for: read, in: memory).lines() == [
        "PDPT[0]  at 0x1000: 0x2019  P PWT PCD        → PD 0x2000",
        "PD[0]    at 0x2000: 0x3163  P R/W A          → PT 0x3000",
        "PT[0]    at 0x3000: 0x41e3  P R/W A D PAT G  → 4 KiB page 0x4000",
      ])
    #expect(
      state.walk(VirtAddr(0x20_0000), for: read, in: memory).lines().last
        == "PD[1]    at 0x2008: 0x201183  P R/W PS G PAT  → 2 MiB page 0x200000")
  }

  @Test func entriesOf32BitPagingAreReadAsSuch() {
    let memory = TableMemory(entries4: [0x1000: 0x2067, 0x1004: 0x40_0083, 0x2004: 0x8000_0063])
    let read = PageAccess(.read, as: Self.kernel)
    #expect(
      PagingState.bits32.walk(VirtAddr(0x1000), for: read, in: memory).lines() == [
        "PD[0]  at 0x1000: 0x2067      P R/W U/S A  → PT 0x2000",
        "PT[1]  at 0x2004: 0x80000063  P R/W A D    → 4 KiB page 0x80000000",
      ])
    #expect(
      PagingState.bits32.walk(VirtAddr(0x40_0123), for: read, in: memory).sentence
        == "0x400123 is physical 0x400123, in a 4 MiB page: read, write, execute; supervisor only")
  }
}
