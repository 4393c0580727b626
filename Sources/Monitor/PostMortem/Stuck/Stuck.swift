// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Why a guest goes on without end, or stands still, where something went wrong before.
///
/// A guest that halts because it is done has none of these shapes, and nothing is said of it.
enum Stuck {
  /// What explains the end of a guest that still lives; nil if nothing looks wrong.
  static func finding(_ evidence: Evidence, canGoOn: Bool) -> (Finding, FaultCase?)? {
    if canGoOn {
      if let finding = UnendedInterrupt.diagnose(evidence) { return (finding, nil) }
      if let found = FaultAgain.diagnose(evidence) { return found }
    }
    return StoppedInHandler.diagnose(evidence)
  }
}
