// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Kernel

@Suite struct CommandTests {
  @Test(
    arguments: [
      ("", .nothing), ("   ", .nothing), ("help", .help), ("  mem ", .mem), ("frames", .frames),
      ("heap", .heap), ("ticks", .ticks), ("reboot", .reboot), ("map", .map(nil)),
      ("map 0x40000000", .map(VirtAddr(0x4000_0000))), ("walk b8000", .walk(VirtAddr(0xB8000))),
      ("walk 0xFFFFFFFFFFFFFFFF", .walk(VirtAddr(.max))), ("fault", .fault(nil)),
      ("fault page-fault", .fault(.pageFault)), ("walk", .wrong(.noAddress)),
      ("walk 0x", .wrong(.noAddress)), ("walk 12g", .wrong(.noAddress)),
      ("walk 0x800000000000", .wrong(.noAddress)), ("map 11112222333344445", .wrong(.noAddress)),
      ("fault page", .wrong(.noFault)), ("Help", .wrong(.unknown)), ("helpx", .wrong(.unknown)),
      ("help me", .wrong(.tooMuch)), ("walk 1 2", .wrong(.tooMuch)),
      ("fault page-fault now", .wrong(.tooMuch)), ("what is this", .wrong(.unknown)),
    ] as [(String, Command)])
  func lineIsACommandOrSaysWhatIsWrong(line: String, expected: Command) {
    Array(line.utf8).withUnsafeBytes { #expect(Command($0) == expected) }
  }
}

@Suite struct LineEditorTests {
  @Test func lineIsWhatWasTypedAndNotErased() {
    var line = LineEditor()
    #expect(line.type(0x08) == .none)
    for byte in "heaq".utf8 { #expect(line.type(byte) == .append(byte)) }
    #expect(line.type(0x08) == .erase)
    #expect(line.type(0x1B) == .none && line.type(0xE4) == .none)
    #expect(line.type(UInt8(ascii: "p")) == .append(UInt8(ascii: "p")))
    #expect(line.type(UInt8(ascii: "\n")) == .complete)
    #expect(line.withLine { String(decoding: $0, as: UTF8.self) } == "heap")
  }

  @Test func fullLineTakesNoMore() {
    var line = LineEditor()
    for _ in 0..<76 { #expect(line.type(0x78) == .append(0x78)) }
    #expect(line.type(0x78) == .none)
    #expect(line.withLine { $0.count } == 76)
  }
}
