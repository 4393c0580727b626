// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// Something that kemu shows, and how to come to it.
struct Recording {
  /// The picture's name.
  let name: String
  /// The terminal's size; what is not used of it is cut off, unless it is a full screen.
  let rows: Int
  let columns: Int
  /// kemu's arguments.
  let arguments: [String]
  /// What is waited for, and then typed; with the last one the picture is taken before it is typed. None
  /// for a command that ends by itself.
  let acts: [(seen: String, typed: String)]

  // swift-format-ignore
  static let all = [
    Recording("screen", 28, 82, ["run", "--append", "shell"], [("waiting", "\u{1}x")]),
    Recording("post-mortem", 60, 100, ["run", "--headless", "Tests/guests/build/defects/stack-overflow.elf"]),
    Recording(
      "trace", 60, 100,
      [
        "trace", "--trace", "faults,interrupts", "Tests/guests/build/delivery.elf", "--append", "w",
      ]),
    Recording("walk", 60, 100, ["walk", "--all", "images/kernel.elf", "0xfd000000"]),
    Recording("map", 60, 100, ["walk", "--map", "images/kernel.elf"]),
    Recording("demo", 30, 160, ["demo", "write-to-text"],
      [("► write-to-text", "\r\r\r"), ("►   walk", "q")]),
  ]

  private init(
    _ name: String, _ rows: Int, _ columns: Int, _ arguments: [String],
    _ acts: [(seen: String, typed: String)] = []
  ) {
    self.name = name
    (self.rows, self.columns) = (rows, columns)
    (self.arguments, self.acts) = (arguments, acts)
  }

  /// Runs it, and returns what is seen then.
  func play(_ kemu: String) throws -> VirtualTerminal {
    let terminal = try PseudoTerminal(rows: rows, columns: columns)
    if acts.isEmpty { terminal.show("$ kemu \(arguments.joined(separator: " "))\r\n") }
    let process = try terminal.spawn(
      kemu, arguments,
      environment: ["TERM=xterm-256color", "COLORTERM=truecolor", "KEMU_IMAGES=images"])
    var picture: VirtualTerminal?
    for act in acts {
      guard terminal.wait(until: { $0.text.contains { $0.contains(act.seen) } }) else {
        kill(process, SIGKILL)
        throw Failure.notSeen(act.seen, in: name)
      }
      picture = terminal.view
      terminal.send(act.typed)
    }
    guard terminal.waitForEnd(of: process) != nil else { throw Failure.noEnd(of: name) }
    return picture ?? terminal.view
  }

  enum Failure: Error {
    case notSeen(String, in: String)
    case noEnd(of: String)
  }
}
