// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Monitor

struct Run: ParsableCommand {
  // Named, since finding out its name from its type takes a third of a millisecond.
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Boot a kernel and show its screen.",
    discussion: """
      In a terminal the guest's screen is live: what you type goes to the guest, Ctrl-A h shows \
      help and Ctrl-A x quits. Without a terminal, or with --headless, the guest's COM1 goes to \
      standard output as it comes, then the last screen as plain text, and the run is the same \
      every time, byte for byte. Why it ended is always said on standard error.

      Sizes are bytes or end in K, M or G. Numbers may be hexadecimal (0x1000) and grouped \
      (1_000_000).

      EXIT STATUS:
        0          the guest came to rest, or --until was met
        odd        the guest wrote v to port 0xf4: (v << 1 | 1) & 0xff
        64         the command line is wrong
        66         the file cannot be read or cannot boot
        70         internal error
        118        the guest asked for a reset
        120        a triple fault; the chain that led to it is told
        122        the guest stopped before --until was met
        124        --max-instructions or --timeout ran out
        128 + n    ended by signal n
      """)

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

  @Flag(help: "No live screen, even in a terminal.")
  var headless = false

  @Option(
    help: ArgumentHelp(
      "Where COM1 goes: stdio, none, or a file. (default: stdio; none with a live screen)",
      valueName: "TARGET"),
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

  @Option(
    help: ArgumentHelp(
      "The key before kemu's own commands; twice it goes to the guest. (default: Ctrl-A)",
      valueName: "KEY"),
    transform: EscapeKey.init)
  var escape: EscapeKey?

  func run() throws {
    var options = RunOptions()
    options.kernel = kernel
    options.commandLine = append ?? options.commandLine
    options.modules = module
    options.memory = memory ?? options.memory
    options.headless = headless
    options.serial = serial
    options.debugcon = debugcon ?? options.debugcon
    options.clock = rtc
    options.keys = keys ?? options.keys
    options.until = until
    options.maxInstructions = maxInstructions
    options.timeout = timeout
    options.idle = idle ?? options.idle
    options.escape = escape ?? options.escape
    throw ExitCode(Session(options).run())
  }
}
