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
      every time, byte for byte. The first exceptions, and why it ended, are said on standard error.

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

  @OptionGroup
  var guest: GuestArguments

  @Flag(help: "No live screen, even in a terminal.")
  var headless = false

  @Option(
    help: ArgumentHelp(
      """
      What to tell of while it happens: faults, interrupts, paging, control, io, mmio, calls, \
      instructions, all or none, with commas between them; on standard error, or below a live \
      screen. (default: the first exceptions in a line each, none with a live screen)
      """, valueName: "LIST"),
    transform: { try TraceCategories($0) })
  var trace: TraceCategories?

  @OptionGroup
  var tracing: TraceArguments

  @Option(
    help: ArgumentHelp(
      "The key before kemu's own commands; twice it goes to the guest. (default: Ctrl-A)",
      valueName: "KEY"),
    transform: EscapeKey.init)
  var escape: EscapeKey?

  func run() throws {
    var options = guest.options
    options.headless = headless
    options.escape = escape ?? options.escape
    options.trace = tracing.options(trace)
    throw ExitCode(Session(options).run())
  }
}
