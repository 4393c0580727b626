// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Step 11 of docs/kernel.md with a person at the keyboard: the same keys, here and on QEMU.
struct KernelTyping {
  /// The kernel's command line.
  let commandLine: String
  /// What is on the screen before the first key.
  let invitation: String
  /// What is typed; \u{8} is Backspace, \u{1B} Escape.
  let text: String
  /// A line that is there because of it.
  let answer: String

  static let all = [
    KernelTyping(
      commandLine: "demo=keyboard", invitation: "up to Escape",
      text: "Hello, #9\u{8}1!\u{1B}", answer: "Hello, #1!"),
    KernelTyping(
      commandLine: "shell", invitation: "can be said here",
      text: "help\nwalk B8000\nheap\nfrog\u{8}\n",
      answer: "there is no such command; `help` lists them"),
  ]

  /// The screen here when all was typed and nothing has happened for a while.
  func screen() throws -> TextScreen {
    let guest = try RunningMachine(image: "kernel", commandLine: commandLine)
    guest.pass(milliseconds: 100)
    for byte in text.utf8 {
      let stroke = try #require(Keystroke(ascii: byte == 0x0A ? 0x0D : byte == 0x08 ? 0x7F : byte))
      #expect(guest.machine.type(stroke.scancodes))
      guest.pass(milliseconds: 20)
    }
    return guest.machine.screen
  }

  /// The same on QEMU.
  func shot() throws -> QEMUTests.Shot {
    let keys = text.map(Self.monitorName).joined(separator: " ")
    return try QEMUTests.shot(
      TestFiles.iso("kernel"), commandLine: commandLine,
      typed: ["--settle", "2", "--await", invitation, "--keys", keys])
  }

  /// What QEMU's monitor calls the key, or the two.
  private static func monitorName(_ character: Character) -> String {
    switch character {
    case " ": "spc"
    case "\n": "ret"
    case "\u{8}": "backspace"
    case "\u{1B}": "esc"
    case ",": "comma"
    case "!": "shift-1"
    case "#": "shift-3"
    case _ where character.isUppercase: "shift-\(character.lowercased())"
    default: String(character)
    }
  }
}

extension RunningMachine {
  /// Lets that much of the guest's time pass, in and out of HLT.
  func pass(milliseconds: UInt64) {
    let end = machine.now + milliseconds * 1_000_000
    while machine.now < end {
      switch machine.run(nanoseconds: end - machine.now) {
      case .stopped: return
      case .waiting(let alarm): machine.skip(to: min(alarm ?? end, end))
      case .budgetSpent, .requested: continue
      }
    }
  }
}

extension QEMUTests {
  @Test(arguments: KernelTyping.all.indices)
  func `what is typed at QEMU's keyboard looks as it does here`(_ index: Int) throws {
    let typing = KernelTyping.all[index]
    let (here, there) = (try typing.screen(), try typing.shot())
    let dump = ScreenDump(TextScreen(cells: here.cells, cursor: nil))
    let other = ScreenDump(TextScreen(cells: there.cells, cursor: nil))
    #expect(here.cells == there.cells, "- QEMU, + kemu\n\(dump.difference(from: other.text))")
    #expect(dump.text.contains("|\(typing.answer)  "))
  }
}
