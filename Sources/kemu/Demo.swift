// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Monitor

struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Show exceptions and interrupts step by step.",
    discussion: """
      Plays a guest that raises an exception, or is interrupted, beside the trace of how the \
      processor gets to the handler. In a terminal Enter shows one step after the other, Backspace \
      goes back, a goes on without waiting, h shows the other keys, and q quits. Elsewhere trace and \
      screen are printed as text. Without a name the demos are listed.

      EXIT STATUS:
        0          the demo came to what it should
        64         there is no such demo
        66         a guest that comes with kemu cannot be read
        70         internal error
        122        the demo did not come to what it should
      """)

  @Argument(help: "The demo's name.", completion: .list(DemoList.names))
  var name: String?

  @Flag(help: "Print all at once, even in a terminal.")
  var all = false

  func run() throws {
    guard let name else {
      Host.current.print(DemoList.text)
      return
    }
    throw ExitCode(DemoSession(name, all: all).run())
  }
}
