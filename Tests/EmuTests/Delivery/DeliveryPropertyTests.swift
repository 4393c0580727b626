// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

@Suite("Delivery of anything through anything")
struct DeliveryPropertyTests {
  /// A scene with some of its tables' bits flipped and some pages gone, and any event.
  static func scene(_ random: inout SystemRandom) -> Scene {
    let mode = [Scene.Mode.long, .protected, .real][Int(random.next() % 3)]
    var scene = Scene.make(mode, privilege: [0, 1, 3][Int(random.next() % 3)])
    for _ in 0..<random.next() % 4 {
      // The gate of 0x30, the GDT, the TSS, the LDT
      let size: UInt64 = mode == .long ? 16 : 8
      let places: [(UInt64, UInt64)] = [
        (0x1000 + 0x30 * size, size), (0x2008, 0x48), (0x4000, 0x60), (0x3000, 0x18),
      ]
      let place = places[Int(random.next() % 4)]
      scene.memory.bytes[Int(place.0 + random.next() % place.1)] ^= 1 << UInt8(random.next() % 8)
    }
    if random.next() % 3 == 0 {
      scene.memory.fates[random.next() % 16] =
        [.missing, .readOnly, .untouched][Int(random.next() % 3)]
    }
    if random.next() % 4 == 0 { scene.registers.rsp = random.next() % 0x1_0000 }
    if random.next() % 8 == 0 { scene.registers.rsp = random.next() }
    scene.event =
      random.next() % 2 == 0 ? scene.event : .fault(.generalProtection, errorCode: 0x18, at: 0x1234)
    return scene
  }

  @Test("depends on nothing but the bytes that were read, and comes out the same twice")
  func readsOnly() {
    var random = SystemRandom(state: 1)
    var plans = 0
    for _ in 0..<4_000 {
      var scene = Self.scene(&random)
      let first = Delivery.deliver(scene.event, scene.registers, in: scene.memory)
      let read = scene.memory.log.read
      for place in scene.memory.bytes.indices where !read[place] {
        scene.memory.bytes[place] ^= 0xff
      }
      #expect(Delivery.deliver(scene.event, scene.registers, in: scene.memory) == first)
      if case .delivered(_, after: []) = first { plans += 1 }
    }
    // Enough of both kinds for this to mean something.
    #expect(1_000...3_800 ~= plans)
  }

  /// A scene of two tasks with some bits of their tables flipped.
  static func tasks(_ random: inout SystemRandom) -> Scene {
    var scene = Scene.tasks(taskPrivilege: [0, 3][Int(random.next() % 2)])
    if random.next() % 8 == 0 { scene.narrowTask() }
    for _ in 0..<random.next() % 4 {
      // The gate of 0x30, the GDT, both TSSs, the LDT
      let places: [(UInt64, UInt64)] = [
        (0x1180, 8), (0x2008, 0x50), (0x4000, 0x68), (0xe000, 0x68), (0x3000, 0x18),
      ]
      let place = places[Int(random.next() % 5)]
      scene.memory.bytes[Int(place.0 + random.next() % place.1)] ^= 1 << UInt8(random.next() % 8)
    }
    if random.next() % 4 == 0 {
      scene.memory.fates[random.next() % 16] =
        [.missing, .readOnly, .untouched][Int(random.next() % 3)]
    }
    if random.next() % 2 == 0 {
      scene.event = .fault(.generalProtection, errorCode: 0x18, at: 0x1234)
    }
    return scene
  }

  @Test("task switches depend on nothing but the bytes that were read, and come out the same twice")
  func tasksReadOnly() {
    var random = SystemRandom(state: 3)
    var arrived = 0
    var faulted = 0
    for _ in 0..<4_000 {
      var scene = Self.tasks(&random)
      let first = Delivery.deliver(scene.event, scene.registers, in: scene.memory)
      let read = scene.memory.log.read
      for place in scene.memory.bytes.indices where !read[place] {
        scene.memory.bytes[place] ^= 0xff
      }
      #expect(Delivery.deliver(scene.event, scene.registers, in: scene.memory) == first)
      guard case .delivered(let plan, after: []) = first, let task = plan.task else { continue }
      if task.fault == nil { arrived += 1 } else { faulted += 1 }
    }
    // Enough of both for this to mean something.
    #expect(arrived > 1_000 && faulted > 300)
  }

  @Test("writes its frame just below the new stack pointer's top, and nothing else")
  func writes() {
    var random = SystemRandom(state: 2)
    for _ in 0..<4_000 {
      var scene = Self.scene(&random)
      guard let plan = try? scene.plan(), plan.task == nil else { continue }
      let before = scene.memory.bytes
      scene.memory.apply(plan)
      var may = Set(plan.accessed.map { Int($0.physical.value) })
      for number in 0..<plan.frame.count {
        let address = Int(plan.frame.address(of: number).value)
        may.formUnion(address..<address + Int(plan.frame.width))
      }
      let changed = before.indices.filter { before[$0] != scene.memory.bytes[$0] }
      #expect(may.isSuperset(of: changed))
    }
  }

  @Test("reports the pages where A or D is to be set, with the access that sets it")
  func touched() throws {
    var scene = Scene.make(.long, privilege: 3)
    for page in [1, 2, 4, 8] as [UInt64] { scene.memory.fates[page] = .untouched }
    let plan = try scene.plan()
    let read = PageAccess(.read, as: .implicitSupervisor)
    let push = PageAccess(.write, as: .implicitSupervisor)
    #expect(
      plan.touched == [
        PageTouch(address: VirtAddr(0x1300), access: read),
        PageTouch(address: VirtAddr(0x2008), access: read),
        PageTouch(address: VirtAddr(0x4004), access: read),
        PageTouch(address: VirtAddr(0x8ff8), access: push),
      ])
  }

  @Test(
    "pushes are a user's at CPL 3; AC lifts SMAP for a kernel's program only",
    arguments: [
      (3, 3, .user), (3, 0, .implicitSupervisor), (0, 0, .supervisor(ac: true)),
      (1, 1, .supervisor(ac: true)),
    ] as [(UInt8, UInt8, PageAccess.Privilege)])
  func privilege(old: UInt8, new: UInt8, privilege: PageAccess.Privilege) throws {
    var scene = Scene.make(.long, privilege: old)
    scene.registers.rflags.insert(.alignmentCheck)
    scene.select([0x08, 0x38, 0, 0x18][Int(new)])
    for page in [6, 8] as [UInt64] { scene.memory.fates[page] = .untouched }
    #expect(try scene.plan().touched.map(\.access.privilege) == [privilege])
  }
}

/// SplitMix64: the same numbers from the same seed, everywhere.
struct SystemRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
