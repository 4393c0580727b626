// SPDX-License-Identifier: GPL-2.0-or-later

/// Guests whose runs are known to differ with the windows they run in: mostly the arithmetic flags that
/// a fault pushes, behind RCL or RCR that cannot store and behind SYSENTER. May only shrink.
enum OpenSeeds {
  static let all: Set<UInt64> = [
    3902, 4811, 6207, 6396, 6459, 6571, 7546, 7768, 9351, 10014,
    10347, 11258, 11310, 12178, 12746, 12951, 13943, 14237, 14697, 15610,
    15629, 15670, 16070, 16609, 17398, 17681, 17714, 18008, 19386,
  ]
}
