// SPDX-License-Identifier: GPL-2.0-or-later

/// Task state segments of random guests (Intel SDM Vol. 3A §7.2.1 "Task-State Segment (TSS)", §7.7).
enum Tasks {
  /// 0x800 bytes: the segment, and an I/O permission bitmap that is sparse.
  static func segment(_ mode: Mode, cr3: UInt64, _ dice: inout Dice) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 0x800)
    func put(_ value: UInt64, _ size: Int, at offset: Int) {
      bytes.replaceSubrange(offset..<offset + size, with: Dice.bytes(value, size))
    }
    if mode.isLong {
      for ring in 0..<3 { put(stack(ring, &dice), 8, at: 4 + 8 * ring) }
      for number in 0..<7 { put(stack(4, &dice), 8, at: 36 + 8 * number) }
    } else {
      for ring in 0..<3 {
        put(stack(ring, &dice), 4, at: 4 + 8 * ring)
        put(UInt64(Selectors.data(ring: ring)), 2, at: 8 + 8 * ring)
      }
      put(cr3, 4, at: 28)
      put(Place.code + dice.next() % UInt64(Place.codeSize), 4, at: 32)
      put(dice.next() & 0x7ed5 | 2, 4, at: 36)
      for register in 0..<8 { put(Place.interesting(&dice), 4, at: 40 + 4 * register) }
      put(Place.stackTop(0), 4, at: 56)
      for segment in 0..<6 {
        put(
          UInt64(segment == 1 ? Selectors.code(ring: 0, width: 32) : Selectors.data(ring: 0)), 2,
          at: 72 + 4 * segment)
      }
      put(UInt64(dice.one(of: Selectors.tasks)), 2, at: 0)
    }
    put(dice.one(of: [104, 104, 0xffff]), 2, at: 102)
    for index in 104..<bytes.count where dice.once(in: 8) { bytes[index] = dice.byte() }
    return bytes
  }

  private static func stack(_ ring: Int, _ dice: inout Dice) -> UInt64 {
    dice.once(in: 10) ? Place.interesting(&dice) : Place.stackTop(ring)
  }
}
