// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// Why a session ended.
public enum SessionEnd: Equatable, Sendable {
  /// The guest stopped for good.
  case guest(Stop)
  /// The text of `--until` appeared.
  case untilMet(UntilPlace)
  /// Nothing changed for `--idle` of guest time; `keysLeft` were never taken by the guest, nor all of
  /// COM1's input if `inputLeft`.
  case idle(Duration, keysLeft: Int, inputLeft: Bool = false)
  /// `--max-instructions` ran out.
  case instructionBudget(UInt64)
  /// `--timeout` ran out.
  case timeout(Duration)
  /// The person quit.
  case quit
  /// A signal ended it.
  case signal(Int32)

  /// The process's exit status: the table in `kemu run --help`, in one place.
  ///
  /// A signal's status is what a shell makes of it; the process should rather end by the signal.
  public func exitStatus(untilGiven: Bool) -> Int32 {
    let stopped: Int32 = untilGiven ? 122 : 0
    // swift-format-ignore
    return switch self {
    case .untilMet:                    0
    case .guest(.guestExit(let value)): Int32((value << 1 | 1) & 0xFF)
    case .guest(.reset):               118
    case .guest(.tripleFault):         120
    case .guest(.engineFailure):       FailureStatus.internalError
    case .guest(.halted), .guest(.spinning), .guest(.waitingForNothing), .guest(.powerOff),
         .idle, .quit:                 stopped
    case .instructionBudget, .timeout: 124
    case .signal(let number):          128 + number
    }
  }
}

/// The exit statuses of a run that never came to a guest.
public enum FailureStatus {
  /// The command line is wrong.
  public static let usage: Int32 = 64
  /// The file cannot be read or cannot boot.
  public static let cannotBoot: Int32 = 66
  /// Something that should not happen.
  public static let internalError: Int32 = 70
}

/// Where the text of `--until` appeared.
public enum UntilPlace: Equatable, Sendable {
  case screen, com1, debugcon
}
