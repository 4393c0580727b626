// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Monitor

/// What every command that runs a guest lets a person say about it.
struct GuestArguments: ParsableArguments {
  @Argument(
    help: """
      The kernel: multiboot1 or multiboot2, ELF32, ELF64 or with address fields, gzip or not. \
      Without it, the kernel that comes with kemu.
      """,
    completion: .file())
  var kernel: String?

  @Option(help: "The kernel's command line.")
  var append: String?

  @Option(
    help: ArgumentHelp(
      "A boot module, with the text the kernel is told of it. Repeatable.",
      valueName: "FILE[=ARGS]"),
    completion: .file(), transform: RunOptions.Module.init)
  var module: [RunOptions.Module] = []

  @Option(
    help: ArgumentHelp("RAM. (default: 128M)", valueName: "SIZE"),
    transform: { try Quantity.size($0) })
  var memory: UInt64?

  @Option(
    help: ArgumentHelp(
      """
      Where COM1 goes: stdio, none, or a file. Given as stdio, standard input arrives there, from \
      50 ms of guest time on. (default: stdio; none with a live screen, or for `kemu trace`)
      """, valueName: "TARGET"),
    completion: .file(), transform: RunOptions.Target.init)
  var serial: RunOptions.Target?

  @Option(
    help: ArgumentHelp(
      "Where port 0xe9 goes: stdio, none, or a file. (default: none)", valueName: "TARGET"),
    completion: .file(), transform: RunOptions.Target.init)
  var debugcon: RunOptions.Target?

  @Option(
    help: ArgumentHelp(
      """
      The clock at power-on: now, or a UTC time such as 2026-01-31T12:00:00Z. \
      (default: 2026-01-01T00:00:00Z; now with a live screen)
      """, valueName: "TIME"),
    transform: ClockStart.init)
  var rtc: ClockStart?

  @Option(
    help: ArgumentHelp(
      """
      Keys to type from 50 ms of guest time on, at the same moments in every run: characters, C \
      escapes (\\n), and names: <F1> <Up> <Enter> <Esc> <Ctrl-C>. For < write \\<.
      """, valueName: "TEXT"),
    transform: KeyText.parse)
  var keys: [KeyPress]?

  @Option(
    help: ArgumentHelp(
      "End with success as soon as TEXT is on the screen or in the output of COM1 or port 0xe9.",
      valueName: "TEXT"),
    transform: { if $0.isEmpty { throw OptionError.empty } else { $0 } })
  var until: String?

  @Option(
    help: ArgumentHelp("Execute N instructions at most.", valueName: "N"),
    transform: { try Quantity.number($0) })
  var maxInstructions: UInt64?

  @Option(
    help: ArgumentHelp("Run for SECONDS of real time at most.", valueName: "SECONDS"),
    transform: { try Quantity.seconds($0) })
  var timeout: Duration?

  @Option(
    help: ArgumentHelp(
      """
      Without a live screen, end when screen, COM1 and port 0xe9 have not changed for SECONDS of \
      guest time; 0 for never. (default: 10)
      """, valueName: "SECONDS"),
    transform: { try Quantity.seconds($0) })
  var idle: Duration?

  /// The options that these arguments make.
  var options: RunOptions {
    var options = RunOptions()
    options.kernel = kernel
    options.commandLine = append ?? options.commandLine
    options.modules = module
    options.memory = memory ?? options.memory
    options.serial = serial
    options.debugcon = debugcon ?? options.debugcon
    options.clock = rtc
    options.keys = keys ?? options.keys
    options.until = until
    options.maxInstructions = maxInstructions
    options.timeout = timeout
    options.idle = idle ?? options.idle
    return options
  }
}
