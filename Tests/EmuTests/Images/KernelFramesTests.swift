// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Step 5 of docs/kernel.md: boot information, frames, panic.
@Suite struct KernelFramesTests {
  static func checkFrames(_ demo: KernelDemo) throws {
    #expect(
      demo.section("memory areas") == [
        "  0x0..<0x9fc00  639 KiB", "  0x100000..<0x7fe0000  129920 KiB",
      ])
    let sections = demo.section("kernel sections")
    let names = [".rodata", ".text", ".data", ".bss"]
    for (line, expected) in zip(sections, zip(["r--", "r-x", "rw-", "rw-"], names)) {
      #expect(line.hasSuffix("  \(expected.0)  \(expected.1)"))
    }
    #expect(sections.first?.hasPrefix("  0x100000..<") == true)
    #expect(sections.last?.contains("for debuggers") == true)
    #expect(demo.section("taken").contains { $0.hasSuffix("boot information") })
    #expect((32_400...32_600).contains(try demo.allocatedFrames))
    // "About 32.6 thousand": 160 frames below 640 KiB, half ones included, and all from 1 MiB on, but for
    // the kernel and the boot information.
    let blog = try #require(
      demo.lines.compactMap { $0.firstMatch(of: /allocator finds (\d+),/) }.first)
    let count = try #require(Int(blog.1))
    #expect((32_400...32_640).contains(count))
  }

  @Test func `frames: areas, sections, and all frames that nobody has`() throws {
    try Self.checkFrames(KernelDemo("frames"))
  }

  @Test func `frames: a module is taken, and ten frames fewer are left`() throws {
    let without = try KernelDemo("frames")
    let module = BootModule(name: "m", arguments: "m", bytes: [UInt8](repeating: 1, count: 40960))
    let plan = try Loader.plan(
      kernel: TestFiles.image("kernel"), name: "kernel.elf", commandLine: "demo=frames",
      modules: [module], memory: .standard)
    let with = try KernelDemo(plan)
    #expect(with.section("taken").contains { $0.hasSuffix("  module") })
    #expect(try with.allocatedFrames == without.allocatedFrames - 10)
  }

  static let areasOf5GiB = [
    "  0x0..<0x9fc00  639 KiB", "  0x100000..<0xbffe0000  3144576 KiB",
    "  0x100000000..<0x180000000  2097152 KiB",
  ]

  @Test func `frames: those beyond 4 GiB are allocated, too`() throws {
    let memory = try MemoryMap(ramSize: 5 << 30)
    let plan = try Loader.plan(
      kernel: TestFiles.image("kernel"), name: "kernel.elf", commandLine: "demo=frames",
      modules: [], memory: memory)
    let demo = try KernelDemo(plan, memory: memory)
    #expect(demo.section("memory areas") == Self.areasOf5GiB)
    #expect((1_310_300...1_310_500).contains(try demo.allocatedFrames))
  }

  @Test func `frames: the blog's own number is that of its rules`() throws {
    let demo = try KernelDemo("frames")
    let plan = try Loader.plan(
      kernel: TestFiles.image("kernel"), name: "kernel.elf", commandLine: "demo=frames",
      modules: [], memory: .standard)
    let information = try #require(plan.writes.first { $0.name == "boot information" })
    var taken: Set<UInt64> = []
    func take(_ start: UInt64, _ count: Int) {
      taken.formUnion(start / 4096...(start + UInt64(count) - 1) / 4096)
    }
    take(information.address.value, information.bytes.count)
    // Sections of the program, and those that were put behind it for debuggers.
    let others = plan.writes.filter { $0.name != "boot information" && $0.address.value >= 1 << 20 }
    let start = try #require(others.map(\.address.value).min())
    let end = try #require(
      others.map { $0.address.value + UInt64($0.bytes.count) + $0.zeroes }.max())
    take(start, Int(end - start))
    let free = 160 + 32480 - taken.filter { $0 >= 256 && $0 < 0x7fe0 || $0 < 160 }.count
    #expect(demo.lines.contains { $0.hasPrefix("the blog's allocator finds \(free), ") })
  }

  @Test func `panic: why, where, registers and calls, with the console's lock held`() throws {
    Self.checkPanic(try KernelDemo("panic"))
  }

  static func checkPanic(_ demo: KernelDemo) {
    #expect(demo.lines.contains(" KERNEL PANIC"))
    #expect(demo.lines.contains { $0.hasPrefix("Nothing is left to descend to (Kernel/") })
    #expect(demo.lines.contains { $0.contains("rip    00000000001") })
    let calls = demo.lines.filter { $0.hasPrefix("called from 0x1") }
    #expect(calls.count >= 5 && calls.last?.contains(" start64+0x") == true)
    #expect(calls.filter { $0.contains(" PanicDemo.descend+0x") }.count == 4)
  }

  @Test func `panic: COM1 has the same text, asked for or not`() throws {
    let guest = try RunningMachine(image: "kernel", commandLine: "demo=panic")
    #expect(guest.run() == .halted)
    let text = Self.serialText(guest)
    #expect(text.contains("\n KERNEL PANIC \nNothing is left to descend to (Kernel/"))
    #expect(text.contains("\ncalled from 0x1"))
  }

  private static func serialText(_ guest: RunningMachine) -> String {
    let bytes = guest.events.compactMap { event -> UInt8? in
      if case .output(.com1, let byte) = event { byte } else { nil }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// No heap, no tables, no console yet: what is told then needs none of them.
  @Test func `panic: at the very beginning it is complete, on the screen and on COM1`() throws {
    let guest = try RunningMachine(image: "kernel") { plan in
      let index = try #require(plan.writes.firstIndex { $0.name == "boot information" })
      var bytes = Array(plan.writes[index].bytes)
      bytes[12] = 7
      plan.writes[index].bytes = bytes[...]
    }
    #expect(guest.run() == .halted)
    let serial = Self.serialText(guest).split(separator: "\n").map(String.init)
    #expect(serial.first == " KERNEL PANIC ")
    #expect(
      serial[1].hasPrefix(
        "The boot information cannot be used: the tag at offset 0x8 does not fit"
          + " (Kernel/Main.swift:"))
    let registers = serial.filter { $0.contains(/^(r[a-z0-9]+|cr[0-9]) +[0-9a-f]{16}/) }
    #expect(registers.count == 8)
    // Without boot information there are no names.
    #expect(serial.last?.contains(/^called from 0x1[0-9a-f]{5}$/) == true)
    #expect(!serial.contains("panic inside a panic"))
    let screen = ScreenDump(guest.machine.screen).text
    for line in serial where line.count <= 80 { #expect(screen.contains("|\(line)"), "\(line)") }
  }

  /// The first tag's length, the total size, and the end tag: each wrong in turn.
  @Test(
    arguments: [
      (12, 0xFFFF_FFFF, "the tag at offset 0x8 does not fit"),
      (12, 7, "the tag at offset 0x8 does not fit"),
      (0, 0x4000_0000, "1073741824 bytes at 0x"), (0, 3, "there are 3 bytes of it"),
      (0, 8, "no tag says that it ends"),
    ] as [(Int, UInt32, String)])
  func `boot information with a wrong length is refused in words`(
    offset: Int, value: UInt32, words: String
  ) throws {
    let demo = try KernelDemo("frames") { plan in
      let index = try #require(plan.writes.firstIndex { $0.name == "boot information" })
      var bytes = Array(plan.writes[index].bytes)
      for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
      plan.writes[index].bytes = bytes[...]
    }
    #expect(demo.shows(" KERNEL PANIC"))
    let line = demo.lines.first { $0.hasPrefix("The boot information cannot be used: ") }
    #expect(line?.contains(words) == true, "\(line ?? "")")
  }
}

extension KernelDemo {
  /// The number in the last line of the frames demo, which has to be all that there were.
  fileprivate var allocatedFrames: Int {
    get throws {
      let last = try #require(lines.last { $0 != "" })
      let match = try #require(
        last.wholeMatch(of: /allocated (\d+) frames of (\d+), each another one/))
      #expect(match.1 == match.2)
      return try #require(Int(match.1))
    }
  }
}

extension QEMUTests {
  @Test func `the kernel finds on QEMU the frames that it finds here`() throws {
    let demo = try KernelDemo(onQEMU: "frames")
    try KernelFramesTests.checkFrames(demo)
    #expect(demo.lines.last { $0 != "" } == (try KernelDemo("frames").lines.last { $0 != "" }))
    KernelFramesTests.checkPanic(try KernelDemo(onQEMU: "panic"))
  }

  @Test func `the kernel finds memory beyond 4 GiB on QEMU, too`() throws {
    let demo = try KernelDemo(onQEMU: "frames", machine: ["-m", "5G"])
    #expect(demo.section("memory areas") == KernelFramesTests.areasOf5GiB)
    #expect((1_310_300...1_310_500).contains(try demo.allocatedFrames))
  }
}
