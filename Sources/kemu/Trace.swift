// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Monitor

struct Trace: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Boot a kernel and tell how it gets from an exception to its handler.",
    discussion: """
      Runs without a screen, the same way every time, and writes each exception and interrupt on \
      standard output as it is delivered: what raised it, the page walk, the error code bit by bit, \
      the gate, the code segment, the stack, what is pushed, and the handler; and each load of a \
      control register, a model-specific register or a descriptor table. COM1 goes nowhere, \
      unless --serial names a file.

      The exit statuses are those of `kemu run`.
      """)

  @OptionGroup
  var guest: GuestArguments

  @Option(
    help: ArgumentHelp(
      """
      What to tell of: faults, interrupts, paging (page tables), control (registers and descriptor \
      tables), io (ports), mmio (memory that is no plain RAM), calls (a tree of them), instructions \
      (every one), all or none, with commas between them. (default: faults,interrupts,control)
      """, valueName: "LIST"),
    transform: { try TraceCategories($0) })
  var trace: TraceCategories?

  @OptionGroup
  var tracing: TraceArguments

  func run() throws {
    var options = guest.options
    options.purpose = .trace
    options.headless = true
    options.trace = tracing.options(trace)
    throw ExitCode(Session(options).run())
  }
}
