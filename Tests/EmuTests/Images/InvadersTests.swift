// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing
import X86

@testable import Emu

/// Debian's grub-invaders, a multiboot1 kernel that nobody here wrote: it shows its game and reacts
/// to keys.
@Suite struct InvadersTests {
  /// The game, played for some instructions.
  struct Game {
    let guest: RunningMachine

    init() throws {
      guest = try RunningMachine(kernel: TestFiles.invaders(), name: "invaders.exec")
    }

    /// Plays on for `milliseconds` of the guest's time.
    func play(milliseconds: UInt64) throws {
      let end = guest.machine.now.nanoseconds + milliseconds * 1_000_000
      while guest.machine.now.nanoseconds < end {
        #expect(guest.machine.run(nanoseconds: 1000) == .budgetSpent)
      }
    }

    /// Presses a key for `milliseconds` and lets go of it.
    func press(_ key: Key, milliseconds: UInt64 = 300) throws {
      #expect(guest.machine.type(key.makeCode))
      try play(milliseconds: milliseconds)
      #expect(guest.machine.type(key.breakCode))
      try play(milliseconds: 20)
    }

    /// The text of a row.
    func text(row: Int) -> String {
      String(
        String.UnicodeScalarView(
          guest.machine.screen.characters(inRow: row).map { CP437.scalar(of: $0 == 0 ? 32 : $0) }))
    }

    var text: String { (0..<TextScreen.rows).map(text(row:)).joined(separator: "\n") }

    var invaders: Int { text.components(separatedBy: "-*-").count - 1 }

    /// The column of the ship, `_` over `/ \`.
    var ship: Int? {
      let base = text(row: 24).utf8
      return base.firstIndex(of: UInt8(ascii: "/")).map {
        base.distance(from: base.startIndex, to: $0) + 1
      }
    }
  }

  @Test func `the game shows its invaders and the ship`() throws {
    let game = try Game()
    try game.play(milliseconds: 30)
    #expect(game.text(row: 0) == "           -*-    -*-    -*-    -*-    -*-    -*-    -*-    -*-")
    #expect(game.invaders == 40)
    #expect(game.text(row: 23) == String(repeating: " ", count: 40) + "_")
    #expect(game.text(row: 24) == String(repeating: " ", count: 39) + "/ \\")
  }

  @Test func `keys move the ship and shoot`() throws {
    let game = try Game()
    try game.play(milliseconds: 100)
    let start = try #require(game.ship)
    try game.press(.left)
    let left = try #require(game.ship)
    #expect(left < start)
    try game.play(milliseconds: 300)
    #expect(game.ship == left, "it stays where the key was let go")
    try game.press(.right, milliseconds: 600)
    #expect(try #require(game.ship) > left)
    for _ in 0..<8 where game.invaders == 40 { try game.press(.space) }
    #expect(game.invaders < 40)
  }

  @Test func `a game with the same keys is the same game`() throws {
    func screens() throws -> [TextScreen] {
      let game = try Game()
      return try [Key.left, .space, .right, .space].map { key in
        try game.press(key)
        return game.guest.machine.screen
      }
    }
    let first = try screens()
    #expect(Set(first.map { ScreenDump($0).text }).count == 4)
    #expect(try screens() == first)
  }
}
