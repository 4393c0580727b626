// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// Sends what comes in for COM1 to the guest, at moments that are the same in every run.
///
/// The first byte arrives 50 ms after power-on, as the first key of `--keys` does. The others follow one
/// in a millisecond, about the pace of 9600 baud, or later: only when the guest has read all that came
/// before, so that a slow guest loses nothing.
struct SerialTypist {
  /// Nanoseconds from one byte to the next.
  static let step: UInt64 = 1_000_000

  private var input: SerialInput
  private var due = KeyTypist.start

  /// A typist for all of `input`.
  init(_ input: SerialInput) { self.input = input }

  /// When the next byte is due; nil if all were sent.
  var next: GuestTime? { input.isExhausted ? nil : due }

  /// Whether a byte is due, and will come when somebody sends it.
  var isWaiting: Bool { input.isSilent && !input.isExhausted }

  /// Whether a person may send it.
  var isWaitingForPerson: Bool { isWaiting && input.isTerminal }

  /// Sends what is due to `guest`, and says whether it did.
  mutating func type(into guest: some Guest) -> Bool {
    guard guest.now >= due, guest.com1IsDrained, let byte = input.first(),
      guest.receiveOnCOM1(byte)
    else { return false }
    input.removeFirst()
    due = guest.now + Self.step
    return true
  }

  /// Waits for input, at most for `nanoseconds` of real time, and says for how long it did.
  func wait(nanoseconds: UInt64) -> UInt64 {
    // In pieces, for the sake of signals and `--timeout`. Rounded up: waking a little before the time
    // would mean to sleep again at once, many times.
    let milliseconds = min(50, nanoseconds / 1_000_000 + 1)
    let start = WallClock.now()
    input.wait(milliseconds: Int32(milliseconds))
    return min(nanoseconds, WallClock.now() - start)
  }
}
