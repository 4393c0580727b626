// SPDX-License-Identifier: GPL-2.0-or-later

/// Guests whose runs differ with the windows they run in, though not from run to run: an instruction that
/// faults at its store has changed the arithmetic flags already, and the engine's way back to them
/// depends on the block around it (docs/limits.md). The list may only shrink.
enum OpenSeeds {
  static let all: Set<UInt64> = [
    3902, 4811, 6207, 6396, 6459, 6571, 7546, 7768, 9351, 10014,
    10347, 11258, 11310, 12178, 12746, 12951, 13943, 14237, 14697, 15610,
    15629, 16070, 16609, 17398, 17681, 17714, 18008, 19386,
  ]
}
