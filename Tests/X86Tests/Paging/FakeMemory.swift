// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A little physical memory from address 0; beyond it everything reads as all ones.
final class FakeMemory: PhysicalMemoryReader {
  private(set) var bytes: [UInt8]

  init(size: Int) { bytes = Array(repeating: 0, count: size) }

  func load32(_ address: PhysAddr) -> UInt32 { UInt32(truncatingIfNeeded: load(address, 4)) }
  func load64(_ address: PhysAddr) -> UInt64 { load(address, 8) }

  func load(_ address: PhysAddr, _ count: Int) -> UInt64 {
    guard address.value < bytes.count else { return ~0 >> UInt64(64 - 8 * count) }
    let start = Int(address.value)
    return (0..<count).reversed().reduce(0) { $0 << 8 | UInt64(bytes[start + $1]) }
  }

  func store(_ value: UInt64, at address: UInt64, count: Int) {
    for offset in 0..<count {
      bytes[Int(address) + offset] = UInt8(truncatingIfNeeded: value >> UInt64(8 * offset))
    }
  }

  func or(_ bits: UInt8, at address: UInt64) {
    guard address < bytes.count else { return }
    bytes[Int(address)] |= bits
  }
}

/// SplitMix64: the same numbers from the same seed, everywhere.
struct Random: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  /// True once in `n` times.
  mutating func once(in n: UInt64) -> Bool { next() % n == 0 }
}
