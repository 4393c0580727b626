// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Something to watch step by step: a guest that comes with kemu, and what it is to show.
struct Demo: Equatable, Sendable {
  /// What it is called.
  let name: String
  /// What happens, in a few words.
  let summary: String
  /// What to look at in its trace, in a sentence or two.
  let lesson: String
  /// The guest.
  let image: Image
  /// What it is told on its command line.
  let commandLine: String
  /// What is typed into it, as for `--keys`.
  let keys: String
  /// The vector of the first event that is told of.
  let vector: UInt8
  /// How it ends.
  let outcome: Outcome

  /// The guests.
  enum Image: String, Sendable {
    /// The kernel that comes with kemu.
    case kernel
    /// One event of many, chosen by a letter: Tests/guests/delivery.S.
    case delivery
  }

  /// What a demo has to come to.
  enum Outcome: Equatable, Sendable {
    /// This text is on the screen when the guest has halted.
    case screen(String)
    /// The guest leaves by the exit port with this value.
    case exit(UInt32)
    /// The processor shuts down.
    case tripleFault
  }

  /// Whether a run with this end, screen and first event has come to it.
  func isShown(by end: SessionEnd, _ screen: TextScreen, firstVector: UInt8?) -> Bool {
    guard firstVector == vector else { return false }
    return switch (outcome, end) {
    case (.screen(let text), .guest(.halted)):
      ScreenFinder(text).map { $0.isFound(on: screen) } ?? false
    case (.exit(let value), .guest(.guestExit(let other))): value == other
    case (.tripleFault, .guest(.tripleFault)): true
    default: false
    }
  }

  /// Whether its trace tells of an event: a keyboard needs no clock beside it.
  func tells(of delivered: Delivered) -> Bool {
    delivered.cause.kind != .external || delivered.cause.vector == vector
  }
}
