// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import Testing
import X86

@testable import Kernel

@Suite struct BacktraceTests {
  /// Words of a stack at 0x1000, by their addresses.
  static func calls(_ words: [UInt64: UInt64], from framePointer: UInt64) -> [UInt64] {
    var calls: [UInt64] = []
    Backtrace(framePointer: framePointer, stack: 0x1000..<0x2000).forEach { address in
      #expect((0x1000...0x1FF8).contains(address), "\(address) is not on the stack")
      return words[address] ?? 0xDEAD
    } _: {
      calls.append($0)
    }
    return calls
  }

  @Test func chainIsFollowedToTheFrameOfZero() {
    let words: [UInt64: UInt64] = [
      0x1100: 0x1200, 0x1108: 0xA1, 0x1200: 0x1FF0, 0x1208: 0xA2, 0x1FF0: 0, 0x1FF8: 0xA3,
    ]
    #expect(Self.calls(words, from: 0x1100) == [0xA1, 0xA2, 0xA3])
  }

  @Test(arguments: [0, 8, 0xFF8, 0x1101, 0x1FF8, 0x2000, .max, .max - 7] as [UInt64])
  func framePointerThatLeadsNowhereIsNotFollowed(framePointer: UInt64) {
    #expect(Self.calls([:], from: framePointer) == [])
    let words: [UInt64: UInt64] = [0x1100: framePointer, 0x1108: 0xA1]
    #expect(Self.calls(words, from: 0x1100) == [0xA1])
  }

  @Test func chainThatLeadsDownOrInACircleEnds() {
    #expect(Self.calls([0x1100: 0x1100, 0x1108: 0xA1], from: 0x1100) == [0xA1])
    #expect(Self.calls([0x1100: 0x1080, 0x1108: 0xA1], from: 0x1100) == [0xA1])
  }

  @Test func endlessChainIsCutShort() {
    let words = Dictionary(
      uniqueKeysWithValues: stride(from: UInt64(0x1000), to: 0x1F00, by: 16).flatMap {
        [($0, $0 + 16), ($0 + 8, $0)]
      })
    #expect(Self.calls(words, from: 0x1000).count == Backtrace.limit)
  }
}

@Suite struct PanicReportTests {
  @Test func reportNamesEveryRegisterAndFitsOnTheScreen() {
    var state = CPUState()
    let names = [
      "r15", "r14", "r13", "r12", "r11", "r10", "r9", "r8", "rbp", "rdi", "rsi", "rdx", "rcx",
      "rbx", "rax",
    ]
    withUnsafeMutableBytes(of: &state) { bytes in
      for index in names.indices {
        bytes.storeBytes(of: UInt64(0xF00 + index) << 48, toByteOffset: index * 8, as: UInt64.self)
      }
    }
    (state.rip, state.rflags, state.rsp, state.cs, state.ss) = (0x1234, 0x46, 0x1100, 8, 16)
    var report = PanicReport(
      title: "TITLE", message: "why", state: state,
      control: ControlSnapshot(cr0: 0x8000_0011, cr2: 0xDEAD, cr3: 0x5000, cr4: 0x20),
      backtrace: Backtrace(framePointer: 0x1100, stack: 0x1000..<0x2000))
    var lines: [String] = []
    SymbolsTests.withSymbols { symbols in
      report.symbols = symbols
      report.forEachLine {
        $0 == 0x1108 ? 0xABC : 0
      } _: { line, _ in
        lines.append(String(line))
      }
    }
    #expect(lines.first == "TITLE")
    #expect(lines.last == "called from 0xabc PagingDemo.show+0x3c")
    #expect(lines.count <= VGAText.rows && lines.allSatisfy { $0.count <= VGAText.columns })
    let words = lines.joined(separator: " ").split(separator: " ").map(String.init)
    func value(_ name: String) -> String? {
      words.firstIndex(of: name).map { words[$0 + 1] }
    }
    for (index, name) in names.enumerated() {
      #expect(value(name) == "0" + String(0xF00 + index, radix: 16) + "000000000000")
    }
    #expect(value("rip") == "0000000000001234" && value("rflags") == "0000000000000046")
    #expect(value("rsp") == "0000000000001100" && value("cr2") == "000000000000dead")
    #expect(value("cr3") == "0000000000005000" && value("cr0") == "0000000080000011")
    #expect(
      value("cr4") == "0000000000000020" && lines.contains { $0.hasSuffix("cs, ss 0x8, 0x10") })
  }
}

@Suite struct SymbolsTests {
  /// Names and where they are: a variable, two functions that touch, and one that has no length.
  static let symbols: [(name: String, kind: UInt8, value: UInt64, size: UInt64)] = [
    ("variable", 0x11, 0xA00, 0x800), ("$e6Kernel10PagingDemoO4showyyF", 0x12, 0xA80, 0x3C),
    ("start64", 0x12, 0xABC, 4), ("mark", 0x12, 0x500, 0),
  ]

  static func withSymbols<Result>(_ body: (Symbols) -> Result) -> Result {
    var table: [UInt8] = []
    var names: [UInt8] = [0]
    for symbol in symbols {
      table.append(littleEndian: UInt32(names.count))
      table += [symbol.kind, 0, 1, 0]
      table.append(littleEndian: symbol.value)
      table.append(littleEndian: symbol.size)
      names += Array(symbol.name.utf8) + [0]
    }
    return table.withUnsafeBytes { table in
      names.withUnsafeBytes { names in body(Symbols(table: table, names: names)) }
    }
  }

  @Test(
    arguments: [
      (0xA80, "PagingDemo.show+0x0"), (0xABB, "PagingDemo.show+0x3b"), (0xABC, "start64+0x0"),
      (0xABF, "start64+0x3"), (0xAC0, nil), (0xA7F, nil), (0x500, nil), (0, nil), (.max, nil),
    ] as [(UInt64, String?)])
  func functionIsTheOneThatTheAddressLiesIn(address: UInt64, expected: String?) {
    let found = Self.withSymbols { symbols in
      symbols.function(at: address).map { name, offset in
        String("\(function: name)+\(hex: offset)" as Text)
      }
    }
    #expect(found == expected)
  }

  @Test(arguments: [0, 5, 23]) func tableThatIsCutShortHasFewerSymbols(count: Int) {
    [UInt8](repeating: 0xFF, count: count).withUnsafeBytes { bytes in
      #expect(Symbols(table: bytes, names: bytes).function(at: .max) == nil)
    }
  }

  @Test(
    arguments: [
      (
        "$e6Kernel9PanicDemoO7descend33_C68C6849A12FBC1D2B9ED92252C56AF5LLyySiFZ",
        "PanicDemo.descend"
      ),
      ("$e6Kernel7ConsoleO5print_5color10terminatoryAA4TextV", "Console.print"),
      ("$e6Kernel6MapperV3maptesty", "Mapper.map"),
      ("$e6Kernel5panicyyF", "panic"), ("kernel_main", "kernel_main"), ("$", "$"),
      ("$e6Kernel99tooLong", "$e6Kernel99tooLong"), ("$e6Kernel0aB4More", "$e6Kernel0aB4More"),
      ("$e", "$e"), ("$e99999999999", "$e99999999999"), ("", ""),
    ])
  func swiftNameIsReadable(mangled: String, expected: String) {
    Array(mangled.utf8).withUnsafeBytes { bytes in
      #expect(String("\(function: bytes)" as Text) == expected)
    }
  }
}
