// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Foundation
import Testing
import X86

@testable import Monitor

/// DWARF of kernels that compilers have made: Tests/guests/compiled.
@Suite struct DebugInfoTests {
  private func file(_ name: String) throws -> [UInt8] {
    let path = try Kernels.guest("compiled/\(name)")
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func address(of symbol: String, in bytes: [UInt8]) throws -> VirtAddr {
    try SymbolTable(try ELFFile(parsing: bytes)).address(of: symbol)
  }

  @Test(arguments: [("nested", "c"), ("nested-cpp", "cpp"), ("nested-rust", "rs")])
  func aFunctionHasItsLineAndItsCallFrame(_ name: String, _ language: String) throws {
    let bytes = try file("\(name)-debug.elf")
    let info = try #require(DebugInfo(bytes))
    let put = try address(of: "put", in: bytes)
    let line = try #require(info.line(of: put))
    #expect(line.path.hasSuffix("compiled/nested.\(language)"), "\(line.path)")
    let source = TraceRun.root.appendingPathComponent(
      "Tests/guests/compiled/nested.\(language)")
    let lines = try String(contentsOf: source, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    // Optimised, it begins with its first statement, in the line behind its name.
    #expect(lines[line.line - 1].contains("// the fault"), "\(line): \(lines[line.line - 1])")
    // At a function's first instruction the return address is on top: CFA = RSP + 8.
    let frame = CallFrame(try #require(info.frame(of: put)))
    #expect(frame.base == (7, 8) && frame.rules[16] == .saved(-8))
    #expect(!frame.isInterrupt(stackRegister: 7))
    // What is not spoken of is the caller's.
    #expect(frame.rules[3] == .same && frame.rules[6] == .same)
    #expect(info.line(of: VirtAddr(0x10)) == nil && info.frame(of: VirtAddr(0x10)) == nil)
    #expect(info.line(of: VirtAddr(.max)) == nil && info.frame(of: VirtAddr(.max)) == nil)
  }

  @Test func aFileWithoutDWARFHasNoLines() throws {
    let symbols = try #require(DebugInfo(file("nested-symbols.elf")))
    #expect(!symbols.hasLines)
    #expect(DebugInfo(try file("nested-bare.elf")) == nil)
    #expect(DebugInfo([]) == nil && DebugInfo([0x7f, 0x45, 0x4c, 0x46]) == nil)
  }

  @Test func aLinkedFileCountsOnlyIfItIsTheRightOne() throws {
    let bytes = try file("nested-linked.elf")
    let elf = try ELFFile(parsing: bytes)
    let twin = try file("nested-linked.elf.debug")
    #expect(DebugLink(elf)?.name == "nested-linked.elf.debug")
    let put = try address(of: "put", in: bytes)
    var asked: [String] = []
    let kernel = KernelFile(elf) {
      asked.append($0)
      return twin
    }
    #expect(asked.isEmpty)
    #expect(kernel.line(of: put)?.description.hasPrefix("nested.c:") == true)
    #expect(kernel.line(of: put) != nil && asked == ["nested-linked.elf.debug"])
    #expect(KernelFile(elf) { _ in twin.dropLast() + [1] }.line(of: put) == nil)
    #expect(KernelFile(elf).line(of: put) == nil)
  }

  @Test func checksumsAreThoseOfIEEE802_3() {
    #expect(DebugLink.crc32(Array("123456789".utf8)) == 0xcbf4_3926)
    #expect(DebugLink.crc32([]) == 0)
  }

  /// Hundreds of broken files: whatever is found, the process lives, and an end comes.
  @Test(arguments: ["nested", "nested-cpp", "nested-rust"])
  func brokenDWARFIsNoHarm(_ name: String) throws {
    let good = try file("\(name)-debug.elf")
    let elf = try ELFFile(parsing: good)
    let put = try address(of: "put", in: good)
    var random = SeededNumbers(state: 7)
    for section in elf.sections {
      let title = elf.name(of: section)
      guard title.hasPrefix(".debug") || title == ".eh_frame",
        let contents = elf.contents(of: section), !contents.isEmpty
      else { continue }
      for _ in 0..<100 {
        var bytes = good
        for _ in 0..<(1 + random.next() % 8) {
          let place = contents.startIndex + Int(random.next() % UInt64(contents.count))
          let values = [0, 1, 0x7f, 0x80, 0xff, UInt8(random.next() & 0xff)]
          bytes[place] = values[Int(random.next() % 6)]
        }
        look(at: bytes, put)
      }
    }
    for length in stride(from: 0, to: good.count, by: 97) { look(at: Array(good[..<length]), put) }
  }

  private func look(at bytes: [UInt8], _ start: VirtAddr) {
    guard let info = DebugInfo(bytes) else { return }
    for distance: UInt64 in [0, 1, 5, 0x17, 0x40, 0x90] {
      _ = info.line(of: VirtAddr(start.value + distance))
      _ = info.frame(of: VirtAddr(start.value + distance))
    }
  }
}

/// Numbers that come in the same order each time: SplitMix64.
private struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}
