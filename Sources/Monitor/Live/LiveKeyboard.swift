// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// Makes a keyboard out of a terminal, which tells when a key is pressed or repeats, but never when
/// it is released.
///
/// A key stays down for some time, so that a game that looks at what is held gets to see it. The same
/// key again meanwhile is a repetition, as a real keyboard sends it; another key comes after the
/// release of the first.
struct LiveKeyboard {
  /// Nanoseconds of guest time that a key stays down.
  static let hold: UInt64 = 30_000_000
  /// The most changes that wait for the guest to read its keyboard.
  static let capacity = 4096

  private var queue: ArraySlice<[UInt8]> = []
  private var held: KeyPress?
  /// When the key that is down comes up.
  private(set) var release: GuestTime?

  /// Presses a key; false if too many wait already.
  mutating func press(_ press: KeyPress, at now: GuestTime) -> Bool {
    guard queue.count < Self.capacity else { return false }
    if press == held {
      queue.append(press.key.makeCode)
    } else {
      releaseHeld()
      queue.append(press.makeCodes)
      held = press
    }
    release = now + Self.hold
    return true
  }

  private mutating func releaseHeld() {
    if let codes = held?.breakCodes, !codes.isEmpty { queue.append(codes) }
    held = nil
    release = nil
  }

  /// Sends what the guest's keyboard has room for; says whether it sent anything.
  mutating func send(to guest: some Guest) -> Bool {
    if let release, guest.now >= release { releaseHeld() }
    var hasSent = false
    while let next = queue.first, guest.type(next) {
      queue.removeFirst()
      hasSent = true
    }
    return hasSent
  }
}
