// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Makes a tape of what happens in a machine.
final class DemoRecorder {
  private(set) var tape: DemoTape
  /// What the guest's screen shows, at any moment.
  var screen: () -> TextScreen = { .dark }

  /// The vectors of devices that were told in full.
  private var known: Set<UInt8> = []
  /// What becomes of the way back from the last event.
  private var wayBack = Telling.full

  /// How much is said of an event.
  private enum Telling {
    case full
    /// With others of its kind, as a number.
    case counted
    case none
  }

  /// What a demo is told of by its machine.
  static let watched: Event.Categories = [.deliveries, .transfers]

  init(_ tape: DemoTape) { self.tape = tape }

  /// Takes what happened in the machine.
  func receive(_ event: Event) {
    switch event {
    case .delivered(let delivered): receive(delivered)
    case .transferred(let transfer) where wayBack == .full:
      append(.transferred(transfer), at: transfer.moment)
    case .transferred: wayBack = .full
    case .stopped(.tripleFault(let fault)):
      append(.tripleFault(fault), at: fault.occasion?.moment ?? .zero)
    default: break
    }
  }

  /// Adds the end.
  func end(_ sentence: String, isAsExpected: Bool, at moment: GuestTime) {
    append(.end(sentence, isAsExpected: isAsExpected), at: moment)
  }

  private func receive(_ delivered: Delivered) {
    wayBack = telling(of: delivered)
    switch wayBack {
    case .none: break
    case .full: append(.delivered(delivered), at: delivered.moment)
    case .counted:
      tape.appendAgain(
        delivered.cause.title(line: delivered.line), instructions: delivered.instructions,
        screen: screen(), moment: delivered.moment)
    }
  }

  /// Devices interrupt in the same way each time, so once is enough; exceptions differ.
  private func telling(of delivered: Delivered) -> Telling {
    guard tape.demo.tells(of: delivered) else { return .none }
    guard delivered.cause.kind == .external, delivered.failed.isEmpty else { return .full }
    return known.insert(delivered.cause.vector).inserted ? .full : .counted
  }

  private func append(_ event: DemoTape.Event, at moment: GuestTime) {
    tape.append(DemoTape.Scene(event: event, screen: screen(), moment: moment))
  }
}
