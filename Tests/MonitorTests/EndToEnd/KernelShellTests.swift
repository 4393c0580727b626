// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

/// Step 11 of docs/kernel.md: interrupts of devices, and the shell, as a person at the keyboard sees them.
@Suite struct KernelShellTests {
  /// The screen after `keys` were typed.
  static func screen(_ commandLine: String, keys: String = "", until text: String) throws
    -> [String]
  {
    var arguments = ["run", "--headless", "--serial", "none", "--append", commandLine]
    if keys != "" { arguments += ["--keys", keys] }
    let run = try Run(arguments + ["--until", text, Kernels.image("kernel")])
    #expect(run.exitCode == 0, "\(run.messages)")
    return run.text.split(separator: "\n").map(String.init)
  }

  @Test func `the timer interrupts a hundred times in a second`() throws {
    let run = try Run(["run", "--headless", "--append", "demo=timer", Kernels.image("kernel")])
    #expect(run.exitCode == 0)
    #expect(run.text.hasSuffix("\n....................\nIt did not crash!\n"))
  }

  @Test func `what is typed comes out, with Shift, and erased with Backspace`() throws {
    let screen = try Self.screen(
      "demo=keyboard", keys: "Hello, WORLD! #1 <Backspace><Backspace>2<Esc>",
      until: "It did not crash!")
    #expect(screen.suffix(2) == ["Hello, WORLD! #2", "It did not crash!"])
  }

  @Test func `the shell is behind the first screen, and answers`() throws {
    let first = try Self.screen("shell", until: "> ")
    #expect(first.contains { $0.contains("Hello World!") })
    let screen = try Self.screen(
      "shell", keys: "walk b8000\\nmap 123456789000\\nwalk 123456789000\\nfrog\\nheap\\nticks\\n",
      until: " in a second")
    #expect(screen.contains("0xb8000 leads 0xb8000, page of 4 KiB, rw-"))
    #expect(screen.contains { $0.hasPrefix("PML4   0  0x") && $0.hasSuffix("  rwx") })
    #expect(screen.contains { $0.hasPrefix("0x123456789000 leads to 0x") })
    #expect(screen.contains { $0.hasPrefix("0x123456789000 leads 0x") && $0.hasSuffix(", rw-") })
    #expect(screen.contains("there is no such command; `help` lists them"))
    #expect(screen.contains("0 blocks, 0 bytes of 102400"))
  }

  @Test func `the timer ticks as often as the command line says`() throws {
    let screen = try Self.screen("shell hz=250", keys: "ticks\\n", until: " in a second")
    #expect(screen.contains { $0.hasSuffix(" ticks, 250 in a second") })
  }

  @Test(arguments: [
    "mem ", "frames ", "map ", "map ADDRESS ", "walk ADDRESS ", "heap ", "ticks ", "fault NAME ",
    "reboot ",
  ])
  func `help names the command`(_ command: String) throws {
    let screen = try Self.screen("shell", keys: "help\\n", until: "reboot  ")
    #expect(screen.contains { $0.hasPrefix(command) })
  }

  @Test func `mem and frames tell who has which memory`() throws {
    let screen = try Self.screen("shell", keys: "mem\\nframes\\n", until: " frames are free, ")
    #expect(screen.contains("0x100000..<0x7fe0000  available"))
    #expect(screen.contains("0xa0000..<0x100000  display adapter and ROMs"))
  }

  @Test func `map shows what is mapped, and says why a page cannot be`() throws {
    let screen = try Self.screen(
      "shell", keys: "map\\nmap b8000\\nmap 800000000000\\nfault\\nframes\\n",
      until: " frames are free, ")
    #expect(screen.contains { $0.hasPrefix("0x40001000..<0x40019000") && $0.contains("rw-") })
    #expect(!screen.contains { $0.contains("rwx") })
    #expect(screen.contains("it is mapped to 0xb8000"))
    #expect(screen.contains("an address is wanted, in hexadecimal, canonical"))
    #expect(screen.contains("triple-fault"))
  }

  /// Each name of `fault`, and what is on the screen then.
  @Test(arguments: [
    ("repair", "3 pages were written and read, sum 6, with 3 page faults"),
    ("divide-error", "EXCEPTION: DIVIDE ERROR"), ("invalid-opcode", "EXCEPTION: INVALID OPCODE"),
    ("general-protection", "EXCEPTION: GENERAL PROTECTION"),
    ("write-to-text", "EXCEPTION: PAGE FAULT"), ("execute-heap", "EXCEPTION: PAGE FAULT"),
    ("guard-page", "EXCEPTION: PAGE FAULT"), ("double-fault", "EXCEPTION: DOUBLE FAULT"),
    ("stack-overflow", "EXCEPTION: DOUBLE FAULT"),
  ])
  func `the shell raises any fault, with interrupts on`(_ name: String, _ words: String) throws {
    let screen = try Self.screen("shell", keys: "fault \(name)\\n", until: words)
    #expect(screen.contains("> fault \(name)"))
  }

  @Test func `a fault of the shell's is told, and a breakpoint is survived`() throws {
    let screen = try Self.screen(
      "shell", keys: "fault breakpoint\\nfault page-fault\\n", until: "EXCEPTION: PAGE FAULT")
    #expect(screen.contains("all registers are as they were: true"))
  }

  @Test func `reboot asks for a reset`() throws {
    let run = try Run([
      "run", "--headless", "--append", "shell", "--keys", "reboot\\n", Kernels.image("kernel"),
    ])
    #expect(run.exitCode == 118)
  }
}
