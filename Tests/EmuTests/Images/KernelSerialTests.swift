// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

@testable import Emu

/// Step 11 of docs/kernel.md with a person at the other end of COM1: the same bytes, here and on QEMU.
extension QEMUTests {
  @Test func `what is typed at COM1 is answered on QEMU as it is here`() throws {
    let commands = ["walk b8\u{7F}800", "heap", "fault breakpoint", "frog", "walk B8000", "reboot"]
    let here = try Self.output(commands.map { $0 + "\r" }.joined())
    let there = try QEMURun(
      "kernel", commandLine: "shell serial",
      answers: commands.map { (prompt: "\n> ", text: $0 + "\r") }
    ).output
    let start = "can be said here.\n"
    let (mine, theirs) = (try #require(here.range(of: start)), try #require(there.range(of: start)))
    #expect(here[mine.upperBound...] == there[theirs.upperBound...])
    #expect(here.contains("\nthere is no such command; `help` lists them\n"))
  }

  /// What the shell sends here while `text` arrives at COM1, each byte when the one before has been read.
  private static func output(_ text: String) throws -> String {
    let guest = try RunningMachine(image: "kernel", commandLine: "shell serial")
    guest.pass(milliseconds: 100)
    for byte in text.utf8 {
      #expect(guest.machine.com1IsDrained && guest.machine.receiveOnCOM1(byte))
      guest.pass(milliseconds: 20)
    }
    let bytes = guest.events.compactMap { event -> UInt8? in
      if case .output(.com1, let byte) = event { byte } else { nil }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
