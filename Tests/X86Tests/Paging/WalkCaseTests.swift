// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

/// A page at linear 0x40_3000 by PML4 0x1000, PDPT 0x2000, PD 0x3000, PT 0x4000 (the tables of the
/// other modes lie at the same places), whose entries a test changes one bit at a time.
@Suite("Each bit that can decide a walk decides it")
struct WalkCaseTests {
  static let linear = VirtAddr(0x40_3abc)

  /// One case: a bit of an entry flipped from the plain mapping, an access, and the fault.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var setting = PagingSetting(mode: .fourLevel, smep: false, smap: false)
    var level: PagingLevel
    var flip: UInt64
    var access: PageAccess
    var code: PageFaultErrorCode
    var reason: PageFault.Reason
  }

  /// All entries present, writable, user; A and D set.
  static func memory(_ mode: PagingMode) -> FakeMemory {
    let memory = FakeMemory(size: 0x6000)
    let pae: UInt64 = mode == .pae ? 0x01 : 0x67
    switch mode {
    case .off: break
    case .bits32:
      memory.store(0x4067, at: 0x1000 + 1 * 4, count: 4)
      memory.store(0x5067, at: 0x4000 + 3 * 4, count: 4)
    case .pae, .fourLevel:
      if mode == .fourLevel { memory.store(0x2067, at: 0x1000, count: 8) }
      memory.store(0x3000 | pae, at: mode == .pae ? 0x1000 : 0x2000, count: 8)
      memory.store(0x4067, at: 0x3000 + 2 * 8, count: 8)
      memory.store(0x5067, at: 0x4000 + 3 * 8, count: 8)
    }
    return memory
  }

  static let user = PageAccess(.read, as: .user)
  static let kernel = PageAccess(.read, as: .supervisor(ac: false))
  static func kernel(_ kind: PageAccess.Kind) -> PageAccess {
    PageAccess(kind, as: .supervisor(ac: false))
  }

  static let fault: [Case] = [
    Case(
      testDescription: "no PML4E", level: .pml4, flip: 1, access: user, code: [.user],
      reason: .notPresent),
    Case(
      testDescription: "no PTE, by a write of the kernel", level: .pt, flip: 1,
      access: kernel(.write), code: [.write], reason: .notPresent),
    Case(
      testDescription: "no PTE, by a fetch", level: .pt, flip: 1, access: kernel(.fetch),
      code: [.fetch], reason: .notPresent),
    Case(
      testDescription: "no PTE, by a fetch that NXE and SMEP do not report",
      setting: PagingSetting(mode: .fourLevel, nxe: false), level: .pt, flip: 1,
      access: kernel(.fetch), code: [], reason: .notPresent),
    Case(
      testDescription: "no PTE, by a fetch that SMEP alone reports",
      setting: PagingSetting(mode: .bits32, smep: true, nxe: false), level: .pt, flip: 1,
      access: kernel(.fetch), code: [.fetch], reason: .notPresent),
    Case(
      testDescription: "PS in a PML4E", level: .pml4, flip: 1 << 7, access: kernel,
      code: [.present, .reserved], reason: .reservedBit(7)),
    Case(
      testDescription: "PS in a PDPTE without 1 GiB pages",
      setting: PagingSetting(mode: .fourLevel, large: false), level: .pdpt, flip: 1 << 7,
      access: kernel, code: [.present, .reserved], reason: .reservedBit(7)),
    Case(
      testDescription: "a 1 GiB page that is not aligned", level: .pdpt, flip: 1 << 7 | 1 << 29,
      access: kernel, code: [.present, .reserved], reason: .reservedBit(13)),
    Case(
      testDescription: "a 2 MiB page that is not aligned", level: .pd, flip: 1 << 7,
      access: kernel, code: [.present, .reserved], reason: .reservedBit(14)),
    Case(
      testDescription: "an address beyond MAXPHYADDR", level: .pt, flip: 1 << 40, access: kernel,
      code: [.present, .reserved], reason: .reservedBit(40)),
    Case(
      testDescription: "XD without NXE", setting: PagingSetting(mode: .fourLevel, nxe: false),
      level: .pt, flip: 1 << 63, access: user, code: [.present, .user, .reserved],
      reason: .reservedBit(63)),
    Case(
      testDescription: "R/W in a PDPTE of PAE paging", setting: PagingSetting(mode: .pae),
      level: .pdpt, flip: 1 << 1, access: kernel, code: [.present, .reserved],
      reason: .reservedBit(1)),
    Case(
      testDescription: "bit 52 with PAE paging", setting: PagingSetting(mode: .pae), level: .pt,
      flip: 1 << 52, access: kernel, code: [.present, .reserved], reason: .reservedBit(52)),
    Case(
      testDescription: "bit 21 of a 4 MiB page", setting: PagingSetting(mode: .bits32),
      level: .pd, flip: 1 << 7 | 1 << 14 | 1 << 21, access: kernel, code: [.present, .reserved],
      reason: .reservedBit(21)),
    Case(
      testDescription: "a reserved bit above a missing entry is not reached", level: .pt,
      flip: 1 | 1 << 45, access: kernel, code: [], reason: .notPresent),
    Case(
      testDescription: "read-only PD, by a user's write", level: .pd, flip: 2,
      access: PageAccess(.write, as: .user), code: [.present, .write, .user],
      reason: .writeProtected),
    Case(
      testDescription: "read-only PTE, by the kernel with WP", level: .pt, flip: 2,
      access: kernel(.write), code: [.present, .write], reason: .writeProtected),
    Case(
      testDescription: "supervisor PDPTE, by a user", level: .pdpt, flip: 4, access: user,
      code: [.present, .user], reason: .supervisorOnly),
    Case(
      testDescription: "XD in the PML4E, by a fetch", level: .pml4, flip: 1 << 63,
      access: PageAccess(.fetch, as: .user), code: [.present, .user, .fetch], reason: .noExecute),
    Case(
      testDescription: "SMEP", setting: PagingSetting(mode: .fourLevel, smep: true), level: .pt,
      flip: 0, access: kernel(.fetch), code: [.present, .fetch], reason: .smep),
    Case(
      testDescription: "SMAP", setting: PagingSetting(mode: .fourLevel, smap: true), level: .pt,
      flip: 0, access: kernel, code: [.present], reason: .smap),
    Case(
      testDescription: "SMAP, AC set, but the access is the processor's own",
      setting: PagingSetting(mode: .fourLevel, smap: true), level: .pt, flip: 0,
      access: PageAccess(.read, as: .implicitSupervisor), code: [.present], reason: .smap),
  ]

  static func walk(
    _ setting: PagingSetting, flip: UInt64 = 0, at level: PagingLevel = .pt, _ access: PageAccess
  ) -> PageWalk {
    let memory = memory(setting.mode)
    let plain = setting.state(cr3: 0x1000, in: memory).walk(linear, for: access, in: memory)
    if let step = plain.steps.first(where: { $0.level == level }) {
      memory.store(
        step.entry.rawValue ^ flip, at: step.entryAddress.value,
        count: Int(setting.mode.entrySize))
    }
    return setting.state(cr3: 0x1000, in: memory).walk(linear, for: access, in: memory)
  }

  @Test("with a page fault", arguments: fault)
  func faults(_ test: Case) {
    let walk = Self.walk(test.setting, flip: test.flip, at: test.level, test.access)
    let expected = PageFault(errorCode: test.code, level: test.level, reason: test.reason)
    #expect(walk.outcome == .fault(expected))
    #expect(walk.steps.last?.level ?? .pml4 <= test.level)
    #expect(!walk.setsFlags)
  }

  /// Accesses that look forbidden and are not, with the bit of the PTE that is flipped.
  static let lifted: [(PagingSetting, UInt64, PageAccess)] = [
    (PagingSetting(mode: .fourLevel, wp: false), 2, kernel(.write)),
    (PagingSetting(mode: .fourLevel), 4, kernel),
    (PagingSetting(mode: .fourLevel, smep: true), 4, kernel(.fetch)),
    (PagingSetting(mode: .fourLevel, smap: true), 4, PageAccess(.read, as: .implicitSupervisor)),
    (PagingSetting(mode: .fourLevel, smap: true), 0, PageAccess(.write, as: .supervisor(ac: true))),
    (PagingSetting(mode: .fourLevel, smap: true), 0, kernel(.fetch)),
    (PagingSetting(mode: .fourLevel, smep: true), 0, kernel(.write)),
    (PagingSetting(mode: .fourLevel), 1 << 63, user),
    (PagingSetting(mode: .fourLevel), 1 << 58, user),
    (PagingSetting(mode: .bits32), 1 << 7, user),
  ]

  @Test("unless another bit lifts it", arguments: lifted)
  func allowed(_ setting: PagingSetting, flip: UInt64, access: PageAccess) {
    let walk = Self.walk(setting, flip: flip, access)
    guard case .mapped(let page) = walk.outcome else {
      Issue.record("\(walk.outcome)")
      return
    }
    #expect(page.physical == PhysAddr(0x5abc))
    #expect(page.pageSize == .kib4)
  }

  @Test("and every step says what was read where")
  func steps() {
    let walk = Self.walk(PagingSetting(mode: .fourLevel), flip: 1 << 63 | 2, Self.user)
    #expect(walk.steps.map(\.level) == [.pml4, .pdpt, .pd, .pt])
    #expect(walk.steps.map(\.index) == [0, 0, 2, 3])
    #expect(walk.steps.map(\.entryAddress.value) == [0x1000, 0x2000, 0x3010, 0x4018])
    #expect(walk.steps.map(\.entry.rawValue) == [0x2067, 0x3067, 0x4067, 0x8000_0000_0000_5065])
    #expect(walk.steps.map(\.rights) == [.all, .all, .all, .user])
  }

  @Test("and CR4.PSE = 0 leaves PS without meaning")
  func pageSizeExtensionsOff() {
    let setting = PagingSetting(mode: .bits32, large: false)
    let walk = Self.walk(setting, flip: 1 << 7 | 1 << 21, at: .pd, Self.user)
    #expect(walk.steps.map(\.entryAddress.value) == [0x1004, 0x20_4000 + 12])
  }

  static let large: [(PagingSetting, PagingLevel, UInt64, PageSize, UInt64)] = [
    (PagingSetting(mode: .fourLevel), .pdpt, 0x1_4000_1067, .gib1, 0x1_4040_3abc),
    (PagingSetting(mode: .fourLevel), .pd, 0x1_4020_1067, .mib2, 0x1_4020_3abc),
    (PagingSetting(mode: .pae), .pd, 0x1_4020_1067, .mib2, 0x1_4020_3abc),
    (PagingSetting(mode: .bits32), .pd, 0x8040_3067, .mib4, 0x1_8040_3abc),
  ]

  @Test("large pages keep the rest of the address", arguments: large)
  func largePages(
    _ setting: PagingSetting, level: PagingLevel, entry: UInt64, size: PageSize, physical: UInt64
  ) {
    let plain = Self.walk(setting, Self.user)
    let old = plain.steps.first { $0.level == level }?.entry.rawValue ?? 0
    let walk = Self.walk(setting, flip: old ^ (entry | 0x80), at: level, Self.user)
    #expect(
      walk.outcome
        == .mapped(.init(physical: PhysAddr(physical), pageSize: size, rights: .all)))
  }

  @Test("a first write sets D, and only then may writes be cached")
  func dirty() {
    let setting = PagingSetting(mode: .fourLevel)
    let state = setting.state(cr3: 0x1000, in: Self.memory(.fourLevel))
    let read = Self.walk(setting, flip: 0x60, Self.user)
    #expect(read.steps.map(\.sets) == [[], [], [], .accessed])
    #expect(state.cacheableProtection(of: read) == [.read, .execute])
    let write = Self.walk(setting, flip: 0x60, PageAccess(.write, as: .user))
    #expect(write.steps.map(\.sets) == [[], [], [], [.accessed, .dirty]])
    #expect(state.cacheableProtection(of: write) == [.read, .write, .execute])
  }

  @Test(
    "a non-canonical address is no page fault",
    arguments: [
      0x0000_8000_0000_0000, 0xffff_7fff_ffff_ffff, 0x8000_0000_0000_0000,
    ] as [UInt64])
  func nonCanonical(_ address: UInt64) {
    let memory = Self.memory(.fourLevel)
    let state = PagingSetting(mode: .fourLevel).state(cr3: 0x1000, in: memory)
    let walk = state.walk(VirtAddr(address), for: Self.user, in: memory)
    #expect(walk.outcome == .nonCanonical)
    #expect(walk.steps.isEmpty)
  }

  @Test(
    "the registers select the mode",
    arguments: [
      ([], [], [], PagingMode.off),
      ([], .pae, .lme, .off),
      (.pg, [], [], .bits32),
      (.pg, .pae, [], .pae),
      (.pg, .pae, .lme, .fourLevel),
    ] as [(CR0, CR4, EFER, PagingMode)])
  func mode(cr0: CR0, cr4: CR4, efer: EFER, mode: PagingMode) {
    #expect(PagingMode(cr0: cr0, cr4: cr4, efer: efer) == mode)
  }
}
