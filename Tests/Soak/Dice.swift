// SPDX-License-Identifier: GPL-2.0-or-later

/// Random numbers from a seed, the same everywhere (SplitMix64).
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0xd134_2543_de82_ef95 }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  /// True once in `n` times.
  mutating func once(in n: UInt64) -> Bool { next() % n == 0 }

  /// A number of 0..<n.
  mutating func below(_ n: Int) -> Int { Int(next() % UInt64(n)) }

  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }

  /// One of `values`, which must not be empty.
  mutating func one<Value>(of values: [Value]) -> Value { values[below(values.count)] }

  /// The lowest `count` bytes of `value`, the first one first.
  static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
}
