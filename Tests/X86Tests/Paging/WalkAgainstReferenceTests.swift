// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@Suite("The page walk and an independent translation agree on random tables")
struct WalkAgainstReferenceTests {
  typealias Reference = ReferenceTranslation

  static let tables = 60
  static let accesses = 120

  /// Everyone who can access memory, in the words of both sides.
  static let parties: [(Reference.Who, PageAccess.Privilege)] = [
    (.user, .user), (.supervisorWithoutAC, .supervisor(ac: false)),
    (.supervisorWithAC, .supervisor(ac: true)), (.implicit, .implicitSupervisor),
  ]
  static let deeds: [(Reference.What, PageAccess.Kind, PageProtection)] = [
    (.read, .read, .read), (.write, .write, .write), (.fetch, .fetch, .execute),
  ]

  @Test(
    "in every mode, with every combination of WP, SMEP, SMAP, NXE and large pages",
    arguments: PagingSetting.all)
  func agrees(setting: PagingSetting) throws {
    var random = Random(seed: 1)
    var seen: Set<String> = []
    for _ in 0..<Self.tables {
      let width = [32, 36, 40, 52][Int(random.next() % 4)]
      let (memory, cr3) = randomTables(setting.mode, using: &random)
      let state = setting.state(cr3: cr3, in: memory, physicalAddressBits: width)
      var reference = Reference(
        cr0: setting.cr0.rawValue, cr3: cr3, cr4: setting.cr4.rawValue,
        efer: setting.efer.rawValue, maxPhysAddr: width, gigabytePages: setting.large,
        memory: memory)
      for _ in 0..<Self.accesses {
        let address = Self.address(using: &random)
        let (who, privilege) = Self.parties[Int(random.next() % 4)]
        let (what, kind, _) = Self.deeds[Int(random.next() % 3)]
        let walk = state.walk(address, for: PageAccess(kind, as: privilege), in: memory)
        seen.insert(Self.label(walk.outcome))

        try #require(Self.answer(walk) == reference.translate(address.value, who, what))
        try #require(Self.marks(walk) == reference.marks)
        Self.checkSteps(walk, setting, in: memory)
        for (at, bits) in reference.marks { memory.or(bits, at: at) }

        // What may be cached is what would now succeed without leaving a trace in the tables.
        var silent: PageProtection = []
        for (what, _, bit) in Self.deeds {
          if case .page = reference.translate(address.value, who, what), reference.marks.isEmpty {
            silent.insert(bit)
          }
        }
        if case .mapped = walk.outcome {
          try #require(state.cacheableProtection(of: walk) == silent)
        } else {
          try #require(state.cacheableProtection(of: walk) == [])
        }
      }
    }
    #expect(seen == Self.reachable(setting), "a rule that never decided was not tested")
  }

  /// Mostly canonical, and often near the start of a table, where walks meet.
  static func address(using random: inout Random) -> VirtAddr {
    let bits = random.next()
    if random.once(in: 16) { return VirtAddr(bits) }
    return VirtAddr(UInt64(bitPattern: Int64(bitPattern: bits << 16) >> 16))
  }

  static func answer(_ walk: PageWalk) -> Reference.Answer {
    switch walk.outcome {
    case .mapped(let page):
      .page(physical: page.physical.value, size: page.pageSize.rawValue)
    case .fault(let fault): .pageFault(code: fault.errorCode.rawValue)
    case .nonCanonical: .generalProtection
    }
  }

  static func marks(_ walk: PageWalk) -> [UInt64: UInt8] {
    var marks: [UInt64: UInt8] = [:]
    for step in walk.steps where !step.sets.isEmpty {
      marks[step.entryAddress.value, default: 0] |= UInt8(step.sets.rawValue)
    }
    #expect(walk.setsFlags == !marks.isEmpty)
    return marks
  }

  /// The steps are what memory holds, and the bit that is said to have decided is as is said.
  static func checkSteps(_ walk: PageWalk, _ setting: PagingSetting, in memory: FakeMemory) {
    // Those of PAE paging's first level were in memory when they were loaded.
    for step in walk.steps where setting.mode != .pae || step.level != .pdpt {
      let read = memory.load(step.entryAddress, step.entry.rawValue >> 32 == 0 ? 4 : 8)
      #expect(read & 0xffff_ffff == step.entry.rawValue & 0xffff_ffff)
    }
    guard case .fault(let fault) = walk.outcome else { return }
    guard let step = walk.steps.first(where: { $0.level == fault.level }) else {
      Issue.record("no step at the level that decided")
      return
    }
    let entry = step.entry.rawValue
    switch fault.reason {
    case .notPresent: #expect(entry & 1 == 0)
    case .reservedBit(let bit): #expect(entry >> UInt64(bit) & 1 == 1)
    case .writeProtected: #expect(entry & 2 == 0)
    case .supervisorOnly: #expect(entry & 4 == 0)
    case .noExecute: #expect(entry >> 63 == 1)
    case .smep, .smap: #expect(walk.steps.last?.rights.contains(.user) == true)
    }
  }

  static func label(_ outcome: PageWalk.Outcome) -> String {
    switch outcome {
    case .mapped(let page): "\(page.pageSize)"
    case .nonCanonical: "nonCanonical"
    case .fault(let fault):
      if case .reservedBit = fault.reason { "reservedBit" } else { "\(fault.reason)" }
    }
  }

  /// Every way a walk can end under `setting`.
  static func reachable(_ setting: PagingSetting) -> Set<String> {
    if setting.mode == .off { return ["kib4"] }
    var labels: Set = ["kib4", "notPresent", "writeProtected", "supervisorOnly"]
    if setting.mode != .bits32 || setting.large { labels.insert("reservedBit") }
    if setting.mode == .bits32 && setting.large { labels.insert("mib4") }
    if setting.mode != .bits32 { labels.insert("mib2") }
    if setting.mode != .bits32 && setting.nxe { labels.insert("noExecute") }
    if setting.mode == .fourLevel { labels.insert("nonCanonical") }
    if setting.mode == .fourLevel && setting.large { labels.insert("gib1") }
    if setting.smep { labels.insert("smep") }
    if setting.smap { labels.insert("smap") }
    return labels
  }
}
