// SPDX-License-Identifier: GPL-2.0-or-later

/// Instructions per second, from one reading to the next.
struct RateMeter {
  private var last: (wall: UInt64, instructions: UInt64)

  /// A meter that starts with this reading.
  init(wall: UInt64, instructions: UInt64) { last = (wall, instructions) }

  /// Millions of instructions per second since the last reading.
  mutating func read(wall: UInt64, instructions: UInt64) -> UInt64 {
    let elapsed = max(1, wall - last.wall)
    let executed = instructions - last.instructions
    last = (wall, instructions)
    return UInt64((Double(executed) * 1_000 / Double(elapsed)).rounded())
  }
}
