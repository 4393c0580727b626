// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// A kernel on QEMU, by way of GRUB, with a person at the other end of COM1.
struct QEMURun {
  /// What came out of COM1.
  let output: String
  /// The exit status; 2 · value + 1 for a write to the exit port.
  let status: Int32

  /// Boots images/NAME.iso, with more of QEMU's own options. Each answer is typed when its prompt has come
  /// out of COM1, behind the one before.
  init(
    _ name: String, commandLine: String, options: [String] = [],
    answers: [(prompt: String, text: String)] = []
  ) throws {
    let qemu = Process()
    qemu.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    qemu.arguments =
      [
        "timeout", "120", "qemu-system-x86_64", "-accel", "tcg", "-m", "128M", "-display", "none",
        "-nic", "none", "-no-reboot", "-monitor", "none", "-serial", "stdio",
        "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04",
        "-cdrom", try TestFiles.iso(name), "-smbios", "type=11,value=\(commandLine)",
      ] + options
    let (input, output) = (Pipe(), Pipe())
    qemu.standardInput = input
    qemu.standardOutput = output
    qemu.standardError = FileHandle.nullDevice
    try qemu.run()
    var text = Data()
    var seen = text.startIndex
    var left = answers[...]
    while case let data = output.fileHandleForReading.availableData, !data.isEmpty {
      text += data
      while let answer = left.first,
        let place = text[seen...].range(of: Data(answer.prompt.utf8))
      {
        try input.fileHandleForWriting.write(contentsOf: Data(answer.text.utf8))
        seen = place.upperBound
        left = left.dropFirst()
      }
    }
    qemu.waitUntilExit()
    self.output = String(decoding: text, as: UTF8.self)
    status = qemu.terminationStatus
  }
}

extension QEMUTests {
  @Test func `the timer ticks on QEMU, too`() throws {
    let demo = try KernelDemo(onQEMU: "timer")
    #expect(demo.shows("....................") && demo.shows("It did not crash!"))
  }

  @Test func `the shell on QEMU answers who is at the other end of COM1`() throws {
    let run = try QEMURun(
      "kernel", commandLine: "shell serial",
      answers: [
        ("\n> ", "walk b8\u{7F}800\r"), ("\n> ", "fault breakpoint\r"),
        ("\n> ", "reboot\r"),
      ])
    #expect(run.output.contains("\n0xb800 leads nowhere\n"))
    #expect(run.output.contains("\nEXCEPTION: BREAKPOINT\n"))
    #expect(run.output.contains("\nall registers are as they were: true\n"))
    #expect(run.status == 0, "a reset ends QEMU")
  }

  @Test(
    arguments: [
      "kernel-tests", "tests/stack-overflow", "tests/free-twice", "tests/swift-trap",
      "tests/lock-twice",
    ])
  func `the kernel's own tests pass on QEMU`(_ image: String) throws {
    let run = try QEMURun(image, commandLine: "")
    #expect(run.status == 33, "\(run.output)")
    #expect(run.output.contains("[ok]") && !run.output.contains("[failed]"))
  }
}
