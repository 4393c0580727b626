// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Glibc
import Monitor

@main
struct Kemu: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kemu",
    abstract: "A PC in your terminal, for people who write kernels.",
    discussion: """
      kemu boots a multiboot kernel, shows its VGA text screen, and says in one sentence why it \
      stopped.

        kemu run               boot the kernel that comes with kemu
        kemu run mykernel.elf  boot yours
        kemu trace FILE        tell how its exceptions get to their handlers
        kemu walk FILE ADDR    show how an address is translated, level by level
        kemu demo              show exceptions and interrupts step by step
        kemu check FILE        say why a file can or cannot boot
      """,
    version: "kemu 0.1.0",
    subcommands: [Run.self, Trace.self, Walk.self, Demo.self, Check.self])

  /// `kemu run`, if that is what the command line says without a mistake.
  ///
  /// Read by itself, since a tree of all commands takes longer to make. Help and mistakes are the tree's,
  /// which knows what the command is called.
  private static var runAlone: Run? {
    let arguments = CommandLine.arguments
    guard arguments.count > 1, arguments[1] == "run" else { return nil }
    return try? Run.parse(Array(arguments.dropFirst(2)))
  }

  /// Parses the command line and runs the command; what nobody caught is an internal error.
  static func main() {
    do {
      if let run = runAlone { try run.run() }
      var command = try parseAsRoot()
      try command.run()
    } catch let error as ExitCode {
      Glibc.exit(error.rawValue)
    } catch {
      let code = exitCode(for: error)
      if code.isSuccess || code == .validationFailure {
        if let hint = Misplaced.hint(for: CommandLine.arguments) {
          Host.current.say(hint)
          Glibc.exit(FailureStatus.usage)
        }
        exit(withError: error)
      }
      Host.current.say("internal error: \(error); please report this with the command line")
      Glibc.exit(FailureStatus.internalError)
    }
  }
}
