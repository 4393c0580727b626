// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Monitor

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say why a file can or cannot boot.",
    discussion: """
      Shows where a multiboot header was looked for and found, what would be loaded where, and the \
      reason if the file cannot boot.

      EXIT STATUS:
        0   the file boots
        64  the command line is wrong
        66  the file cannot be read or cannot boot
      """)

  @Argument(help: "The kernel.", completion: .file())
  var file: String

  @Option(
    help: ArgumentHelp("RAM of the machine to boot it. (default: 128M)", valueName: "SIZE"),
    transform: { try Quantity.size($0) })
  var memory: UInt64?

  func run() throws {
    let memory = memory ?? RunOptions().memory
    throw ExitCode(KernelCheck(path: file, memory: memory).run())
  }
}
