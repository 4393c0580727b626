// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing
import X86

/// `kemu run` in a pipe or a file: the screen and the guest's bytes on standard output, and nothing
/// else there.
@Suite struct HeadlessRunTests {
  @Test(arguments: [("minimal", "OK\n"), ("long-mode", "OKAY\n")])
  func `standard output is the screen and nothing else`(_ name: String, text: String) throws {
    for options in [[], ["--headless"]] {
      let run = try Run(["run"] + options + [Kernels.image(name)])
      #expect(run.exitCode == 0)
      #expect(run.text == text)
      #expect(run.messages.hasPrefix("kemu: the guest halted with interrupts off at 0x10"))
    }
  }

  @Test func `the kernel's screen is its golden without the frame`() throws {
    let golden = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Goldens/kernel.screen"), encoding: .utf8)
    let rows = golden.split(separator: "\n")[1...25].map {
      var row = $0.dropFirst(4).dropLast()
      while row.last == " " { row.removeLast() }
      return String(row)
    }
    let run = try Run(["run", Kernels.image("kernel")])
    #expect(run.exitCode == 0)
    let used = rows.reversed().drop(while: \.isEmpty).reversed()
    #expect(run.text == used.map { $0 + "\n" }.joined())
    #expect(!run.text.contains("\u{1B}"))
  }

  @Test func `colours are for those who ask`() throws {
    let plain = try Run(["run", Kernels.image("minimal")], environment: ["NO_COLOR=1"])
    #expect(plain.text == "OK\n")
    let colored = try Run(["run", Kernels.image("minimal")], environment: ["FORCE_COLOR=1"])
    #expect(colored.text.contains("\u{1B}[") && colored.text.contains("OK"))
  }

  @Test func `a run without standard input is like any other`() throws {
    let run = try Run(TinyKernel.halting, input: .closed)
    #expect(run.exitCode == 0)
    #expect(run.text == "hi\n")
  }

  @Test func `a kernel prints on COM1 as it goes`() throws {
    let run = try Run(["run", "--append", "serial", Kernels.image("kernel")])
    #expect(run.exitCode == 0)
    #expect(run.text.components(separatedBy: "Hello World!").count == 3, "COM1, then the screen")
    let scratch = try Scratch()
    let file = try Run(
      ["run", "--append", "serial", "--serial", scratch.path("log"), Kernels.image("kernel")])
    let log = String(decoding: try scratch.read("log"), as: UTF8.self)
    #expect(log.contains("Hello World!"))
    #expect(file.text.components(separatedBy: "Hello World!").count == 2, "the screen alone")
  }

  @Test(arguments: [
    ("2M", 2 << 10), ("16M", 16 << 10), ("128M", 128 << 10), ("4G", 4 << 20), ("5G", 5 << 20),
  ])
  func `a guest has the memory asked for`(_ size: String, kibibytes: Int) throws {
    let run = try Run(
      ["run", "--memory", size, "--debugcon", "stdio", Kernels.guest("memory-size.elf")])
    #expect(run.exitCode == 33)
    // Some of it, not much, lies where a PC has other things.
    let available = try #require(Int(run.text, radix: 16))
    #expect((kibibytes - 1024..<kibibytes).contains(available))
  }

  @Test(arguments: ["mb1-elf32", "mb1-elf64", "mb2-elf32", "mb2-elf64"])
  func `command line and modules reach the kernel`(_ kind: String) throws {
    let line = try Run(
      ["run", "--append", "alpha beta=1", Kernels.guest("command-line-\(kind).elf")])
    #expect(line.exitCode == 33)
    let scratch = try Scratch()
    let first = try scratch.write((0..<5000).map { UInt8(truncatingIfNeeded: $0) }, as: "one")
    let second = try scratch.write(Array("last".utf8), as: "two")
    let modules = try Run(
      ["run", "--module", "\(first)=first one", "--module", second]
        + [Kernels.guest("modules-\(kind).elf")])
    #expect(modules.exitCode == 33)
  }

  @Test func `the clock starts where it is told to`() throws {
    // Year, month, day, hour, minute, second from the CMOS clock to port 0xE9.
    let registers: [UInt8] = [9, 8, 7, 4, 2, 0]
    let reads = registers.map { [0xB0, $0, 0xE6, 0x70, 0xE4, 0x71, 0xE6, 0xE9] as [UInt8] }
    let code = reads.flatMap(\.self) + [0xFA, 0xF4]
    let usual = try Run(code, ["--debugcon", "stdio"])
    #expect(usual.output == [0x26, 0x01, 0x01, 0x00, 0x00, 0x00])
    let other = try Run(code, ["--debugcon", "stdio", "--rtc", "1999-12-31T23:59:58Z"])
    #expect(other.output == [0x99, 0x12, 0x31, 0x23, 0x59, 0x58])
  }

  @Test func `two runs are the same, byte for byte`() throws {
    let clocks = try (0..<2).map { _ in try Run(["run", Kernels.guest("clocks.elf")]) }
    #expect(clocks[0].exitCode == 33)
    #expect(clocks[0].output.count == 8)
    #expect(clocks[0].output == clocks[1].output)
    #expect(clocks[0].messages == clocks[1].messages)
  }

  @Test func `a game is played by keys, the same in every run`() throws {
    func play(_ keys: String, _ more: [String] = []) throws -> Run {
      try Run(
        ["run", "--headless", "--max-instructions", "2_000_000", "--keys", keys] + more
          + [Kernels.invaders()])
    }
    let keys = String(repeating: "<Left>", count: 8) + "  "
    let runs = [try play(keys), try play(keys), try play("")]
    #expect(runs.map(\.exitCode) == [124, 124, 124], "\(runs[0].messages)")
    #expect(runs[0].text.contains("-*-") && runs[0].text.contains("/ \\"))
    #expect(runs[0].output == runs[1].output)
    #expect(runs[0].messages == runs[1].messages)
    #expect(runs[0].output != runs[2].output)
    let until = try play("", ["--until", "/ \\"])
    #expect(until.exitCode == 0)
    #expect(until.messages.hasPrefix("kemu: \"/ \\\" appeared on the screen after "))
  }
}
