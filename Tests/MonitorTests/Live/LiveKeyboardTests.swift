// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu
@testable import Monitor

@Suite struct LiveKeyboardTests {
  let up = KeyPress(.up)

  @Test func `a key comes up when it was held for its time`() {
    let guest = FakeGuest()
    var keyboard = LiveKeyboard()
    let isTaken = keyboard.press(up, at: guest.now)
    let sent = [keyboard.send(to: guest), keyboard.send(to: guest)]
    _ = guest.run(nanoseconds: LiveKeyboard.hold)
    let isReleased = keyboard.send(to: guest)
    #expect(isTaken && sent == [true, false] && isReleased)
    #expect(guest.typed.map(\.bytes) == [[0xE0, 0x48], [0xE0, 0xC8]])
    #expect(keyboard.release == nil)
  }

  @Test func `the same key again repeats and stays down`() {
    let guest = FakeGuest()
    var keyboard = LiveKeyboard()
    for _ in 0..<3 {
      _ = keyboard.press(KeyPress(.a, .shift), at: guest.now)
      _ = keyboard.send(to: guest)
      _ = guest.run(nanoseconds: LiveKeyboard.hold / 2)
    }
    #expect(guest.typed.map(\.bytes) == [[0x2A, 0x1E], [0x1E], [0x1E]])
  }

  @Test func `another key comes after the release of the first`() {
    let guest = FakeGuest()
    var keyboard = LiveKeyboard()
    _ = keyboard.press(KeyPress(.a), at: guest.now)
    _ = keyboard.press(KeyPress(.b), at: guest.now)
    _ = keyboard.send(to: guest)
    #expect(guest.typed.map(\.bytes) == [[0x1E], [0x9E], [0x30]])
  }

  @Test func `a guest that reads nothing makes the keyboard full in the end`() {
    var keyboard = LiveKeyboard()
    var count = 0
    while keyboard.press(count % 2 == 0 ? up : KeyPress(.a), at: .zero), count < 10_000 {
      count += 1
    }
    #expect((LiveKeyboard.capacity / 2...LiveKeyboard.capacity).contains(count))
  }
}
