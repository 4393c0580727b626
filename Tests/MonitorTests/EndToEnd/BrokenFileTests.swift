// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// A file that cannot boot ends a run with 66 and a sentence that names the file and the reason.
@Suite struct BrokenFileTests {
  /// Runs kemu with a file of these bytes; returns what it says, which names the file.
  func complaint(_ bytes: [UInt8]) throws -> String {
    let scratch = try Scratch()
    let run = try Run(["run", scratch.write(bytes, as: "broken.bin")])
    #expect(run.exitCode == 66)
    #expect(run.output.isEmpty)
    #expect(run.messages.hasPrefix("kemu: "))
    #expect(run.messages.contains("broken.bin"), "\(run.messages)")
    return run.messages
  }

  var kernel: [UInt8] {
    get throws { [UInt8](try Data(contentsOf: URL(fileURLWithPath: Kernels.image("kernel")))) }
  }

  @Test(arguments: ["/nonexistent/kernel.elf", "/", "/tmp", "/proc/self", "/dev/null"])
  func `what is no file is named`(_ path: String) throws {
    let run = try Run(["run", path])
    #expect(run.exitCode == 66)
    #expect(run.messages.hasPrefix("kemu: \(path)"), "\(run.messages)")
  }

  @Test(arguments: ["/dev/zero", "/proc/kcore"])
  func `a file without an end is refused`(_ path: String) throws {
    for command in ["run", "check"] {
      let run = try Run([command, path])
      #expect(run.exitCode == 66)
      #expect(run.messages.hasPrefix("kemu: \(path) cannot be read: "), "\(run.messages)")
    }
  }

  @Test func `a file that is no kernel is told so and how to learn more`() throws {
    let text = Array("This is a letter, not a kernel.\n".utf8)
    #expect(try complaint([]).contains("the file is empty"))
    for bytes in [text, [UInt8](repeating: 0, count: 100_000)] {
      let says = try complaint(bytes)
      #expect(says.contains("is no multiboot kernel") && says.contains("kemu check"), "\(says)")
    }
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<3 {
      #expect(try !complaint((0..<40_000).map { _ in generator.next() }).isEmpty)
    }
  }

  @Test func `a kernel cut short is told at which offset`() throws {
    let whole = try kernel
    for length in [63, 64 + 56, 4096, whole.count / 4] {
      let says = try complaint(Array(whole.prefix(length)))
      // In the first two not even the header is left.
      #expect(says.contains(length < 4096 ? "no multiboot header" : "0x"), "\(length): \(says)")
    }
  }

  @Test func `a header with a wrong checksum is found and shown`() throws {
    var bytes = try kernel
    let magic: [UInt8] = [0xD6, 0x50, 0x52, 0xE8]
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: magic) })
    bytes[place + 12] ^= 1
    let says = try complaint(bytes)
    #expect(says.contains("checksum") && says.contains("0x" + String(place, radix: 16)), "\(says)")
  }

  @Test func `a gzip file is unpacked, and one cut short is refused`() throws {
    let scratch = try Scratch()
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-kc", try Kernels.image("minimal")]
    let pipe = Pipe()
    gzip.standardOutput = pipe
    try gzip.run()
    let packed = [UInt8](pipe.fileHandleForReading.readDataToEndOfFile())
    gzip.waitUntilExit()
    let run = try Run(["run", scratch.write(packed, as: "minimal.elf.gz")])
    #expect(run.exitCode == 0)
    #expect(run.text == "OK\n")
    #expect(try complaint(packed.dropLast(9)).contains("gzip"))
  }

  @Test func `a module that cannot be read is named`() throws {
    let run = try Run(["run", "--module", "/nonexistent/initrd=x", Kernels.image("minimal")])
    #expect(run.exitCode == 66)
    #expect(run.messages.hasPrefix("kemu: /nonexistent/initrd "), "\(run.messages)")
  }
}
