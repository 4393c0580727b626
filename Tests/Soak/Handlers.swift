// SPDX-License-Identifier: GPL-2.0-or-later

/// Handlers of exceptions and interrupts for a random guest, and the table that leads to them.
///
/// Most of them skip a byte or two of what failed and return, so that a guest gets far.
struct Handlers {
  private(set) var code: [UInt8] = []
  /// The IDT, or the table of real-mode vectors.
  private(set) var table: [UInt8] = []

  /// Handlers for what interrupts a guest that begins in `mode`.
  init(_ mode: Mode, _ dice: inout Dice) {
    let width =
      mode.isLong ? 64 : mode == .real ? 16 : mode == .protected16 ? dice.one(of: [16, 32]) : 32
    for vector in 0..<256 {
      let place = Place.handlers + UInt64(code.count)
      let target = vector < 48 || dice.once(in: 16) ? place : Place.handlers
      if target == place { code += handler(vector, width, &dice) }
      table += entry(mode, vector, target, width, &dice)
    }
    if mode.isLong == false && mode != .real { while dice.once(in: 3) { flip(&dice) } }
    if mode.isLong { while dice.once(in: 3) { flip(&dice) } }
  }

  private mutating func flip(_ dice: inout Dice) {
    table[dice.below(table.count)] ^= 1 << (dice.byte() & 7)
  }

  private func entry(
    _ mode: Mode, _ vector: Int, _ target: UInt64, _ width: Int, _ dice: inout Dice
  ) -> [UInt8] {
    if mode == .real { return Dice.bytes(target, 4) }
    if dice.once(in: 24) {
      return Dice.bytes(dice.next(), 8) + (mode.isLong ? Dice.bytes(dice.next(), 8) : [])
    }
    let ring = dice.once(in: 12) ? dice.below(4) : 0
    let selector = dice.once(in: 16) ? 17 << 3 : Selectors.code(ring: ring, width: width)
    let trap = dice.byte() & 1
    let stack = mode.isLong && dice.once(in: 6) ? dice.next() & 7 : 0
    if !mode.isLong && dice.once(in: 16) {
      return Dice.bytes(Selectors.gate(5, dice.one(of: Selectors.tasks), &dice).low, 8)
    }
    let type: UInt8 = width == 16 && !mode.isLong ? 6 : 14
    let gate = Selectors.gate(type | trap, selector, to: target, stack: stack, &dice)
    return Dice.bytes(gate.low, 8) + (mode.isLong ? Dice.bytes(gate.high, 8) : [])
  }

  private func handler(_ vector: Int, _ width: Int, _ dice: inout Dice) -> [UInt8] {
    let rex: [UInt8] = width == 64 ? [0x48] : []
    let back = rex + [0xcf]
    // The end of an interrupt, to both controllers.
    if (32..<48).contains(vector) || (8..<16).contains(vector) && dice.once(in: 3) {
      return [0x50, 0xb0, 0x20, 0xe6, 0x20, 0xe6, 0xa0, 0x58] + back
    }
    let hasCode = [8, 10, 11, 12, 13, 14, 17].contains(vector) != dice.once(in: 20)
    // sub rsp, -n
    let drop =
      hasCode && width != 0 ? rex + [0x83, 0xec, UInt8(truncatingIfNeeded: -(width / 8))] : []
    let skipped: UInt8 = dice.one(of: [0, 1, 1, 2, 3])
    // add [rsp], skipped
    let skip: [UInt8] =
      width == 16
      ? [0x55, 0x89, 0xe5, 0x83, 0x46, 0x02, skipped, 0x5d] : rex + [0x83, 0x04, 0x24, skipped]
    var writer = CodeWriter(width: width, dice: Dice(seed: dice.next()))
    let extra = dice.once(in: 4) ? writer.instruction() : []
    return
      (width == 16 && vector < 32 && [8, 10, 11, 12, 13, 14, 17].contains(vector) && hasCode
      ? drop : width == 16 ? [] : drop)
      + extra + skip + back
  }
}
