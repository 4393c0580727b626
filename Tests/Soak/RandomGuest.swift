// SPDX-License-Identifier: GPL-2.0-or-later
import X86

@testable import Emu

/// A machine's whole beginning, thrown from a seed.
struct RandomGuest {
  let seed: UInt64
  let mode: Mode
  /// Whether its code is bytes without any rule.
  let isNoise: Bool
  let memory: MemoryMap
  /// What to lay into memory, and the code that prepares the devices.
  let plan: LoadPlan
  /// Where that code ends.
  let prologueEnd: UInt64
  /// The registers from there on.
  let registers: Registers
  /// How long it runs, in nanoseconds.
  let time: UInt64
  /// How much of that at once, the second time.
  let window: UInt64

  /// The guest of `seed`.
  init(seed: UInt64) throws(MemoryMap.Invalid) {
    var dice = Dice(seed: seed)
    self.seed = seed
    mode = dice.one(of: Mode.allCases + [.long64, .long64, .protected32, .protected32])
    isNoise = dice.once(in: 5)
    memory = try MemoryMap(ramSize: dice.once(in: 32) ? 3 << 30 + 64 << 20 : 2 << 20)
    time = dice.one(of: [1000, 1000, 1000, 2000, 10_000])
    window = dice.one(of: [1, 2, 7, 100, 1000])

    let paging: PageTables.Kind? =
      // swift-format-ignore
      mode.isLong
      ? .fourLevel : mode == .real || dice.once(in: 3) ? nil : dice.one(of: [.bits32, .pae])
    let tables = paging.map { PageTables($0, &dice) }
    let handlers = Handlers(mode, &dice)
    let width = mode.width
    var writer = CodeWriter(width: width, dice: Dice(seed: dice.next()))
    let code = isNoise ? (0..<Place.codeSize).map { _ in dice.byte() } : writer.code(Place.codeSize)
    let prologue = Prologue.code(&dice)
    prologueEnd = Place.prologue + UInt64(prologue.count)
    registers = Registers.random(mode, paging, cr3: tables?.cr3, &dice)

    var writes: [LoadPlan.Write] = []
    func lay(_ bytes: [UInt8], at address: UInt64) {
      writes.append(.init(address: PhysAddr(address), bytes: bytes[...], zeroes: 0, name: "guest"))
    }
    lay(handlers.table, at: mode == .real ? 0 : Place.idt)
    lay(Selectors.table(mode, &dice).flatMap { Dice.bytes($0, 8) }, at: Place.gdt)
    lay(Selectors.table(mode, &dice).flatMap { Dice.bytes($0, 8) }, at: Place.ldt)
    for number in 0..<3 {
      lay(Tasks.segment(mode, cr3: registers.cr3, &dice), at: Place.tasks + 0x800 * UInt64(number))
    }
    lay(Array(handlers.code.prefix(0x2000)), at: Place.handlers)
    lay(code, at: Place.code)
    lay((0..<512).flatMap { _ in Dice.bytes(Place.interesting(&dice), 8) }, at: Place.data)
    if let tables { lay(tables.bytes, at: Place.tables) }
    lay(prologue, at: Place.prologue)
    plan = LoadPlan(
      writes: writes, entry: PhysAddr(Place.prologue), eax: 0, ebx: 0, elf: nil, warnings: [])
  }
}
