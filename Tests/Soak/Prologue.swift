// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// 32-bit code that prepares what is not among the registers: interrupt controllers, timer, MSRs.
enum Prologue {
  static func code(_ dice: inout Dice) -> [UInt8] {
    var code: [UInt8] = []
    func out(_ port: UInt8, _ value: UInt8) { code += [0xb0, value, 0xe6, port] }
    let vectors: UInt8 = dice.once(in: 6) ? dice.byte() & 0xf8 : 0x20
    for (command, data, base, wiring) in [(0x20, 0x21, vectors, 4), (0xa0, 0xa1, vectors &+ 8, 2)] {
      out(UInt8(command), 0x11)
      out(UInt8(data), base)
      out(UInt8(data), UInt8(wiring))
      out(UInt8(data), dice.once(in: 4) ? 3 : 1)  // sometimes with automatic end of interrupt
      out(UInt8(data), dice.once(in: 8) ? 0xff : 0)
    }
    // A tick of the timer is 838 ns: one interrupt in some 1000 to 50 000 instructions.
    out(0x43, dice.one(of: [0x34, 0x34, 0x36, 0x30]))
    out(0x40, UInt8(2 + dice.below(dice.once(in: 2) ? 4 : 60)))
    out(0x40, 0)
    func writeMSR(_ msr: MSR, _ value: UInt64) {
      code += [0xb9] + Dice.bytes(UInt64(msr.rawValue), 4) + [0xb8] + Dice.bytes(value, 4)
      code += [0xba] + Dice.bytes(value >> 32, 4) + [0x0f, 0x30]
    }
    let kernel = UInt64(Selectors.code(ring: 0, width: dice.one(of: [32, 64])))
    writeMSR(.star, kernel << 32 | UInt64(Selectors.random(&dice)) << 48)
    writeMSR(.lstar, Place.code + dice.next() % 0x1000)
    writeMSR(.fmask, dice.next() & 0x4_7700)
    writeMSR(.kernelGSBase, dice.one(of: [0, Place.data, 0xffff_8000_0000_0000]))
    writeMSR(.sysenterCS, kernel)
    return code
  }
}
