// SPDX-License-Identifier: GPL-2.0-or-later

/// Where a random guest has what; all below 64 KiB, so that 16-bit code reaches it with bases of 0.
enum Place {
  static let gdt: UInt64 = 0x1000
  static let idt: UInt64 = 0x2000
  static let ldt: UInt64 = 0x3000
  /// Three task state segments, 0x800 apart.
  static let tasks: UInt64 = 0x4000
  static let handlers: UInt64 = 0x6000
  static let code: UInt64 = 0x8000
  static let codeSize = 0x1000
  static let data: UInt64 = 0xa000
  /// A stack for each ring, 4 KiB each, and one for the interrupt stack table.
  static let stacks: UInt64 = 0xb000
  /// Frames of paging structures.
  static let tables: UInt64 = 0x1_0000
  static let tableCount = 16
  /// Where the machine is prepared, in the state that multiboot leaves.
  static let prologue: UInt64 = 0x10_0000

  static func stackTop(_ ring: Int) -> UInt64 { stacks + 0x1000 * UInt64(ring + 1) - 0x40 }

  /// An address that something is at, or that is at the edge of something.
  static func interesting(_ dice: inout Dice) -> UInt64 {
    // swift-format-ignore
    switch dice.below(16) {
    case 0...2: code + dice.next() % UInt64(codeSize)
    case 3...5: data + dice.next() % 0x1000
    case 6:     stacks + dice.next() % 0x5000
    case 7:     dice.one(of: [gdt, idt, ldt, tasks]) + dice.next() % 0x800
    case 8:     tables + dice.next() % (UInt64(tableCount) * 0x1000)
    case 9:     0xb_8000 + dice.next() % 0x8000
    case 10:    dice.next() % 0x20_0000
    case 11:    (dice.next() % 0x200) * 0x1000 &- dice.next() % 16      // across two pages
    case 12:    dice.one(of: [0xa_0000, 0xb_8000, 0xc_0000, 0xf_0000, 0x10_0000, 0x20_0000]) &- dice.next() % 16
    case 13:    0xffff_8000_0000_0000 &+ dice.next() % 0x20_0000 &- dice.next() % 16
    case 14:    0xffff_fff0 &+ dice.next() % 32                            // around 4 GiB
    default:    0x8000_0000_0000 &- dice.next() % 16                       // the canonical edge
    }
  }
}
