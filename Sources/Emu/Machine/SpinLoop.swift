// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A loop that does nothing: jumps back to itself, with at most NOP and PAUSE on the way.
///
/// That is what compilers make of `loop {}` and `for (;;) pause();`. With interrupts off nothing ends it.
/// A loop that looks at memory or a port is no such loop, since what it waits for could come.
enum SpinLoop {
  /// The instructions that are followed, at most, to find the way back.
  private static let longest = 16

  /// Whether the processor that is about to execute the instruction at `start` is in such a loop;
  /// `code` gives bytes at an address, as many as there are up to the number asked for.
  static func contains(
    _ start: VirtAddr, mode: Processor.Mode, code: (Int, VirtAddr) -> [UInt8]
  ) -> Bool {
    var here = start
    for _ in 0..<longest {
      guard let next = step(from: here, mode, code(5, here)) else { return false }
      if next == start { return true }
      here = next
    }
    return false
  }

  /// Where an instruction leads that does nothing else; nil for all that do.
  ///
  /// Intel SDM Vol. 2A JMP (EB cb, E9 cw, E9 cd), Vol. 2B NOP (90), PAUSE (F3 90).
  private static func step(
    from here: VirtAddr, _ mode: Processor.Mode, _ code: [UInt8]
  ) -> VirtAddr? {
    let isWord = mode == .real16 || mode == .protected16 || mode == .compatibility16
    func target(_ length: Int, _ distance: Int64) -> VirtAddr {
      let sum = here.value &+ UInt64(length) &+ UInt64(bitPattern: distance)
      return VirtAddr(mode == .long64 ? sum : sum & 0xffff_ffff)
    }
    switch code.first {
    case 0x90: return target(1, 0)
    case 0xf3 where code.count > 1 && code[1] == 0x90: return target(2, 0)
    case 0xeb where code.count > 1:
      return target(2, Int64(Int8(bitPattern: code[1])))
    case 0xe9 where isWord && code.count > 2:
      return target(3, Int64(Int16(bitPattern: UInt16(code[1]) | UInt16(code[2]) << 8)))
    case 0xe9 where !isWord && code.count > 4:
      let bits = (1...4).reduce(0 as UInt32) { $0 | UInt32(code[$1]) << (8 * UInt32($1 - 1)) }
      return target(5, Int64(Int32(bitPattern: bits)))
    default: return nil
    }
  }
}
