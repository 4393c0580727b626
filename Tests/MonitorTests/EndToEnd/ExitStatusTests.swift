// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc
import Testing

/// Every row of the table of exit statuses in `kemu run --help`, and the sentence that goes with it.
@Suite struct ExitStatusTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var code: [UInt8]
    var options: [String] = []
    var status: Int32
    var says: String

    var testDescription: String { "\(name) \(options.joined(separator: " "))" }
  }

  /// 0x10 to port 0xF4.
  static let exit: [UInt8] = [0xB0, 0x10, 0xE6, 0xF4]
  /// 0x2000 to port 0x604.
  static let powerOff: [UInt8] = [0xBA, 4, 6, 0, 0, 0x66, 0xB8, 0, 0x20, 0x66, 0xEF]
  /// 0xFE to port 0x64.
  static let reset: [UInt8] = [0xB0, 0xFE, 0xE6, 0x64, 0xF4]
  static let ud2: [UInt8] = [0x0F, 0x0B]

  // swift-format-ignore
  static let cases = [
    Case(name: "exit 0x10", code: exit, status: 33,
         says: "the guest left with 0x10 on the exit port at 0x100024 after 2 instructions"),
    Case(name: "exit 0", code: [0x31, 0xC0, 0xE6, 0xF4], status: 1,
         says: "the guest left with 0x0 on the exit port"),
    Case(name: "exit 0xff", code: [0xB0, 0xFF, 0xE6, 0xF4], status: 255,
         says: "the guest left with 0xff on the exit port"),
    Case(name: "exit", code: exit, options: ["--until", "never"], status: 33, says: "the exit port"),

    Case(name: "halt", code: TinyKernel.halting, status: 0,
         says: "the guest halted with interrupts off at 0x10002c after 3 instructions"),
    Case(name: "halt", code: TinyKernel.halting, options: ["--until", "never"], status: 122,
         says: "the guest halted"),
    Case(name: "halt", code: TinyKernel.halting, options: ["--until", "hi"], status: 0,
         says: "\"hi\" appeared on the screen"),
    Case(name: "spin", code: [0xFA, 0xEB, 0xFE], status: 0,
         says: "the guest spins in an empty loop with interrupts off at 0x100021"),
    Case(name: "wait", code: TinyKernel.waiting, status: 0,
         says: "the guest waits in HLT and nothing is left that could wake it"),
    Case(name: "wait", code: TinyKernel.waiting, options: ["--until", "never"], status: 122,
         says: "nothing is left that could wake it"),
    Case(name: "power off", code: powerOff, status: 0, says: "the guest switched the machine off"),
    Case(name: "power off", code: powerOff, options: ["--until", "x"], status: 122,
         says: "the guest switched the machine off"),

    Case(name: "idle", code: TinyKernel.counting, options: ["--idle", "0.05"], status: 0,
         says: "nothing changed for 0.05 s of guest time"),
    Case(name: "idle", code: TinyKernel.counting, options: ["--idle", "0.05", "--until", "x"],
         status: 122, says: "nothing changed for 0.05 s of guest time"),
    Case(name: "count", code: TinyKernel.counting, options: ["--max-instructions", "0x1_000"],
         status: 124, says: "the budget of 4_096 instructions ran out"),
    Case(name: "count", code: TinyKernel.counting, options: ["--timeout", "0.1", "--idle", "0"],
         status: 124, says: "the time of 0.1 s ran out"),
    Case(name: "count", code: TinyKernel.counting, options: ["--until", "hi"], status: 0,
         says: "\"hi\" appeared on the screen"),
    Case(name: "COM1", code: [0xBA, 0xF8, 3, 0, 0, 0xB0, 0x21, 0xEE, 0xEB, 0xFE],
         options: ["--until", "!"], status: 0, says: "\"!\" appeared in COM1's output"),
    Case(name: "0xe9", code: [0xB0, 0x21, 0xE6, 0xE9, 0xEB, 0xFE], options: ["--until", "!"],
         status: 0, says: "\"!\" appeared in port 0xe9's output"),

    Case(name: "reset by the keyboard controller", code: reset, status: 118,
         says: "the guest asked the keyboard controller for a reset (port 0x64)"),
    Case(name: "reset", code: reset, options: ["--until", "x"], status: 118, says: "for a reset"),
    Case(name: "reset by the chipset", code: [0xBA, 0xF9, 0x0C, 0, 0, 0xB0, 6, 0xEE, 0xF4],
         status: 118, says: "the guest asked the chipset for a reset (port 0xcf9)"),
    Case(name: "reset by port 0x92", code: [0xB0, 3, 0xE6, 0x92, 0xF4], status: 118,
         says: "the guest asked for a fast reset (port 0x92)"),

    Case(name: "invalid opcode", code: ud2, status: 120,
         says: "#UD Invalid Opcode (vector 6), RIP 0x100020, after 0 instructions"),
    Case(name: "invalid opcode", code: ud2, options: ["--until", "x"], status: 120, says: "#UD"),
    Case(name: "divide error", code: [0x31, 0xC9, 0xF7, 0xF1], status: 120,
         says: "#DE Divide Error (vector 0), RIP 0x100022, after 1 instruction\n"),
    Case(name: "software interrupt", code: [0xCD, 0x80], status: 120,
         says: "software interrupt INT 0x80 (vector 128)"),
  ]

  @Test(arguments: cases) func `an end has its status and its sentence`(_ end: Case) throws {
    let run = try Run(end.code, end.options)
    #expect(run.exitCode == end.status, "\(run.messages)")
    #expect(run.messages.hasPrefix("kemu: ") && run.messages.hasSuffix("\n"))
    #expect(run.messages.contains(end.says), "\(run.messages)")
    // One sentence; below a triple fault's, the chain that led to it.
    let lines = run.messages.split(separator: "\n")
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("  ") }, "\(run.messages)")
    #expect(lines.count == 1 || end.status == 120, "\(run.messages)")
  }

  @Test func `a page fault names its address and where it happened`() throws {
    let run = try Run(["run", "--append", "02", Kernels.guest("faults.elf")])
    #expect(run.exitCode == 120)
    let says = "#PF Page Fault (vector 14), error code 0x2, CR2 0x40000008, RIP "
    #expect(run.messages.contains(says), "\(run.messages)")
    #expect(run.messages.contains("(fault_2"), "\(run.messages)")
  }

  // swift-format-ignore
  static let wrong: [(words: [String], blamed: String)] = [
    (["run", "--no-such-option"],          "--no-such-option"),
    (["run", "--memory", "many"],          "many"),
    (["run", "--memory", "1M", "KERNEL"],  "1048576 bytes of memory are too few"),
    (["run", "--memory", "1000G", "KERNEL"], "64 GiB is the most"),
    (["run", "--keys", "<Nothing>"],       "Nothing"),
    (["run", "--rtc", "yesterday"],        "yesterday"),
    (["run", "--max-instructions", "2M"],  "\"2M\" is not a number; 2_000_000 is."),
    (["run", "--timeout", "soon"],         "soon"),
    (["run", "--until", ""],               "--until"),
    (["run", "one", "two"],                "two"),
    (["nothing"],                          "nothing is not a command"),
    (["run", "--serial", "/nonexistent/log", "KERNEL"], "/nonexistent/log cannot be written"),
  ]

  @Test(arguments: wrong.indices)
  func `a wrong command line is 64 and says what is wrong with it`(_ index: Int) throws {
    let (words, blamed) = Self.wrong[index]
    let kernel = try TinyKernel(TinyKernel.halting)
    defer { kernel.remove() }
    let run = try Run(words.map { $0 == "KERNEL" ? kernel.path : $0 })
    #expect(run.exitCode == 64)
    #expect(run.output.isEmpty)
    #expect(run.messages.contains(blamed), "\(run.messages)")
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func `a signal ends a run as a signal`(
    _ signal: Int32
  ) throws {
    let run = try Run(TinyKernel.counting, ["--idle", "0"]) { process in
      usleep(200_000)
      kill(process, signal)
    }
    #expect(run.signal == signal)
    #expect(run.text == "hi\n")
    #expect(run.messages.hasPrefix("kemu: ended by SIG"), "\(run.messages)")
  }
}
