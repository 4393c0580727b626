// SPDX-License-Identifier: GPL-2.0-or-later
import SystemPackage

/// Why a session could not go on.
public enum SessionError: Error, Equatable {
  /// The terminal's settings cannot be read or changed.
  case cannotConfigureTerminal(Errno)
  /// The terminal was closed, or the connection to it.
  case terminalGone(Errno)
  /// The bytes that the guest sent through a port cannot be written.
  case cannotWrite(UntilPlace, Errno)
  /// The trace cannot be written.
  case cannotWriteTrace(Errno)
}

extension SessionError: CustomStringConvertible {
  /// What happened, for a sentence.
  public var description: String {
    switch self {
    case .cannotConfigureTerminal(let error): "the terminal cannot be set up: \(error)"
    case .terminalGone(let error): "the terminal is gone: \(error)"
    case .cannotWrite(.com1, let error): "what COM1 sends cannot be written: \(error)"
    case .cannotWrite(.debugcon, let error): "what port 0xe9 sends cannot be written: \(error)"
    case .cannotWrite(.screen, let error): "the screen cannot be written: \(error)"
    case .cannotWriteTrace(let error): "the trace cannot be written: \(error)"
    }
  }
}
