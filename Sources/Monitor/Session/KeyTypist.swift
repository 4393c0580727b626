// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// Types the keys of `--keys` at moments that are the same in every run.
///
/// The first key goes down 50 ms after power-on. From then on something happens every 20 ms of guest
/// time, a key going down or coming up, or later: only when the guest has read all that came before,
/// so that a slow guest loses nothing.
struct KeyTypist {
  /// When the first key goes down.
  static let start = GuestTime(nanoseconds: 50_000_000)
  /// Nanoseconds from one change to the next.
  static let step: UInt64 = 20_000_000

  private var changes: ArraySlice<[UInt8]>
  private var due = Self.start

  /// A typist with `keys` to type.
  init(_ keys: [KeyPress]) { changes = keys.flatMap { [$0.makeCodes, $0.breakCodes] }[...] }

  /// When the next change is due, nil if all was typed.
  var next: GuestTime? { changes.isEmpty ? nil : due }

  /// The keys that have not been pressed yet.
  var keysLeft: Int { (changes.count + 1) / 2 }

  /// Types what is due into `guest`, and says whether it did.
  mutating func type(into guest: some Guest) -> Bool {
    guard let change = changes.first, guest.now >= due, guest.keyboardIsDrained else {
      return false
    }
    // Keys without a break code have nothing to say when they come up.
    guard change.isEmpty || guest.type(change) else { return false }
    changes.removeFirst()
    due = guest.now + Self.step
    return true
  }
}
