// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The descriptor tables of random guests: sane to begin with, then damaged here and there.
enum Selectors {
  static let count = 64

  /// The index of a code segment by ring and width.
  static func code(ring: Int, width: Int) -> UInt16 {
    UInt16(ring * 4 + (width == 16 ? 1 : width == 32 ? 2 : 3)) << 3 | UInt16(ring)
  }

  static func data(ring: Int) -> UInt16 { UInt16(ring * 4 + 4) << 3 | UInt16(ring) }

  static let tasks: [UInt16] = [0xa0, 0xb0, 0xc0]
  static let ldt: UInt16 = 0xd0

  static func code(_ dice: inout Dice) -> UInt16 {
    dice.once(in: 8) ? random(&dice) : code(ring: dice.below(4), width: dice.one(of: [16, 32, 64]))
  }

  static func data(_ dice: inout Dice) -> UInt16 {
    dice.once(in: 8) ? random(&dice) : data(ring: dice.below(4))
  }

  /// Any selector, mostly into the tables.
  static func random(_ dice: inout Dice) -> UInt16 {
    let selector = UInt16(truncatingIfNeeded: dice.next())
    return dice.once(in: 12) ? selector : selector & 0x1ff
  }

  /// GDT or LDT, 8 bytes for each of 64 entries; TSS, LDT and call gates are twice as long in IA-32e mode.
  static func table(_ mode: Mode, _ dice: inout Dice) -> [UInt64] {
    var entries = (0..<count).map { _ in dice.next() }
    entries[0] = 0
    for ring in 0..<4 {
      for width in [16, 32, 64] {
        // swift-format-ignore
        let flags: SegmentDescriptor.Flags = width == 16 ? [] : width == 32 ? [.big, .granularity] : [.long, .granularity]
        entries[Int(code(ring: ring, width: width) >> 3)] = segment(
          [.code, .readableOrWritable], ring, flags, &dice)
      }
      entries[Int(data(ring: ring) >> 3)] = segment(
        [.readableOrWritable], ring, [.big, .granularity], &dice)
    }
    entries[17] = segment([.code, .conformingOrExpandDown], 0, [.big, .granularity], &dice)
    for (number, selector) in tasks.enumerated() {
      let type: UInt8 = number == 2 && !mode.isLong ? 1 : 9
      system(type, Place.tasks + 0x800 * UInt64(number), 0x7ff, at: selector, &entries)
    }
    system(2, Place.ldt, 0x1ff, at: ldt, &entries)
    for index in stride(from: 28, to: 48, by: 2) {
      let type = dice.one(of: mode.isLong ? [12, 12, 14] : [4, 5, 12, 12] as [UInt8])
      (entries[index], entries[index + 1]) = gate(type, code(&dice), &dice)
    }
    while dice.once(in: 2) { entries[dice.below(count)] ^= 1 << (dice.next() % 64) }
    return entries
  }

  private static func segment(
    _ access: SegmentDescriptor.Access, _ ring: Int, _ flags: SegmentDescriptor.Flags,
    _ dice: inout Dice
  ) -> UInt64 {
    let all = access.union([.present, .codeOrData]).union(.privilege(UInt8(ring)))
    let small = dice.once(in: 10)
    return SegmentDescriptor(
      base: 0,
      limit: small
        ? UInt32(dice.next() % 0x1_0000) : flags.contains(.granularity) ? 0xf_ffff : 0xffff,
      access: all, flags: small ? flags.subtracting(.granularity) : flags
    ).rawValue
  }

  private static func system(
    _ type: UInt8, _ base: UInt64, _ limit: UInt32, at selector: UInt16, _ entries: inout [UInt64]
  ) {
    let access = SegmentDescriptor.Access(rawValue: type | 0x80)
    entries[Int(selector >> 3)] =
      SegmentDescriptor(base: UInt32(base), limit: limit, access: access, flags: []).rawValue
    entries[Int(selector >> 3) + 1] = base >> 32
  }

  /// A gate of this type to random code behind `selector`.
  static func gate(
    _ type: UInt8, _ selector: UInt16, to target: UInt64? = nil, stack: UInt64 = 0,
    _ dice: inout Dice
  ) -> (low: UInt64, high: UInt64) {
    let offset = target ?? Place.code + dice.next() % UInt64(Place.codeSize)
    let ring = dice.one(of: [0, 3, 3, 3]) as UInt64
    let present: UInt64 = dice.once(in: 20) ? 0 : 0x80
    let access = UInt64(type) | ring << 5 | present
    let low = offset & 0xffff | UInt64(selector) << 16 | (offset >> 16 & 0xffff) << 48
    return (low | stack << 32 | access << 40, offset >> 32)
  }
}
