// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Monitor

struct Walk: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "walk",
    abstract: "Show a page walk, level by level.",
    discussion: """
      Runs a kernel without showing it, stops at a moment, and shows how the processor would \
      translate an address then: the index bits in a picture, each entry that is read with its flags \
      by name, where it leads, and the physical address with the rights of all levels together; or \
      the bit that stops it. Then what each kind of access would meet, error codes included. In a \
      terminal Enter shows one level after the other. The guest's state does not change.

        kemu walk mykernel.elf 0xb8000
        kemu walk mykernel.elf stack_top --at kernel_main
        kemu walk mykernel.elf cr2 --at 'fault 1'
        kemu walk mykernel.elf --map

      EXIT STATUS:
        0          the moment was reached
        64         the command line is wrong
        66         the file cannot be read or cannot boot
        70         internal error
        124        --max-instructions or --timeout ran out before the moment
        others     as of kemu run --until: the guest stopped before the moment
      """)

  @Argument(help: "The kernel, as for kemu run.", completion: .file())
  var kernel: String

  @Argument(
    help: "The linear address: a number, a symbol, symbol+offset, rip, rsp or cr2.",
    transform: Place.init)
  var address: Place?

  @Option(
    help: ArgumentHelp(
      """
      When to look: end; a symbol or address, before the first instruction executed there; \
      'instruction N', after N instructions; 'fault N', before the instruction that raises \
      exception N. (default: end)
      """, valueName: "WHERE"),
    transform: Moment.init)
  var at: Moment?

  @Flag(help: "Show all levels at once, even in a terminal.")
  var all = false

  @Flag(help: "Show the whole address space.")
  var map = false

  @Option(help: "How it is written: text or json. (default: text)")
  var format: WalkOptions.Format?

  @Option(help: "The kernel's command line.")
  var append: String?

  @Option(
    help: ArgumentHelp("A boot module. Repeatable.", valueName: "FILE[=ARGS]"),
    completion: .file(), transform: RunOptions.Module.init)
  var module: [RunOptions.Module] = []

  @Option(
    help: ArgumentHelp("RAM. (default: 128M)", valueName: "SIZE"),
    transform: { try Quantity.size($0) })
  var memory: UInt64?

  @Option(
    help: ArgumentHelp("Keys to type, as for kemu run.", valueName: "TEXT"),
    transform: KeyText.parse)
  var keys: [KeyPress]?

  @Option(
    help: ArgumentHelp("Execute N instructions at most. (default: a billion)", valueName: "N"),
    transform: { try Quantity.number($0) })
  var maxInstructions: UInt64?

  @Option(
    help: ArgumentHelp("Run for SECONDS of real time at most.", valueName: "SECONDS"),
    transform: { try Quantity.seconds($0) })
  var timeout: Duration?

  @Option(
    help: ArgumentHelp(
      "The end has come when nothing changes for SECONDS of guest time. (default: 10)",
      valueName: "SECONDS"),
    transform: { try Quantity.seconds($0) })
  var idle: Duration?

  func run() throws {
    var options = WalkOptions(kernel: kernel)
    options.address = address
    options.moment = at ?? options.moment
    options.all = all
    options.map = map
    options.format = format ?? options.format
    options.run.commandLine = append ?? options.run.commandLine
    options.run.modules = module
    options.run.memory = memory ?? options.run.memory
    options.run.keys = keys ?? options.run.keys
    options.run.maxInstructions = maxInstructions
    options.run.timeout = timeout
    options.run.idle = idle ?? options.run.idle
    throw ExitCode(WalkSession(options).run())
  }
}

extension WalkOptions.Format: ExpressibleByArgument {}
