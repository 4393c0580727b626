// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

@testable import Monitor

extension LiveProgramTests {
  /// The trace of a live run: below the guest's screen, and behind it.
  @Suite(.serialized) struct TraceTests {
    let program = LiveProgramTests()

    /// Writes `hi` and then a byte that counts to port 0x80, for ever.
    static let writing = TinyKernel.counting.dropLast(3) + [0xFE, 0xC0, 0xE6, 0x80, 0xEB, 0xFA]

    /// The rows from the line below the screen on.
    func below(_ view: VirtualTerminal) -> [String] { Array(view.text.dropFirst(25)) }

    @Test func `in a tall terminal it goes on below the screen, and is printed at the end`() throws
    {
      let ending = try program.run(TinyKernel.waiting, rows: 40, options: ["--trace", "io"]) {
        terminal, _ in
        program.waitForScreen(terminal)
        #expect(terminal.wait { $0.text(row: 27).contains("value    0xff") })
        let rows = below(terminal.view)
        #expect(rows[0].hasPrefix("────"))
        #expect(rows[1].hasPrefix("OUT to 0x21 (PIC 1 mask) at 0x10002c, 32-bit, ring 0"))
        #expect(rows[3].hasPrefix("OUT to 0xa1 "))
        #expect(terminal.view.text(row: 39).contains("waiting"))
        terminal.send("\u{1}x")
      }
      #expect(ending.exitCode == 0)
      let lines = ending.terminal.view.text.filter { !$0.isEmpty }
      #expect(lines[0].hasPrefix("OUT to 0x21 (PIC 1 mask) at 0x10002c"))
      #expect(lines[2].hasPrefix("OUT to 0xa1 "))
      #expect(lines[4] == "hi")
      #expect(lines[5].hasPrefix("kemu: quit with Ctrl-A x"))
    }

    @Test(arguments: [24, 25, 26]) func `where there is no room it is printed at the end`(
      rows: Int
    ) throws {
      let ending = try program.run(
        TinyKernel.waiting, rows: rows, columns: 80, options: ["--trace", "io"]
      ) { terminal, _ in
        program.waitForScreen(terminal)
        #expect(terminal.wait { $0.text(row: rows - 1).contains("waiting") })
        #expect(!terminal.view.text.contains { $0.contains("OUT to") })
        terminal.send("\u{1}x")
      }
      #expect(ending.text.hasPrefix("OUT to 0x21 (PIC 1 mask)"))
    }

    @Test func `a flood of it leaves the person in charge, and little to write`() throws {
      let ending = try program.run(
        Array(Self.writing), rows: 40, options: ["--trace", "io"]
      ) { terminal, _ in
        program.waitForScreen(terminal)
        #expect(terminal.wait { below($0).contains { $0.hasPrefix("OUT to 0x80") } })
        terminal.send("\u{1}h")
        #expect(terminal.wait { $0.text.contains { $0.contains("Any key closes this help") } })
        terminal.send(" ")
        #expect(terminal.wait { !$0.text.contains { $0.contains("Any key closes this help") } })
        terminal.setSize(rows: 26, columns: 100)
        #expect(terminal.wait { $0.text(row: 25).contains("running") })
        #expect(!terminal.view.text.contains { $0.contains("OUT to") })
        terminal.setSize(rows: 30, columns: 60)
        #expect(
          terminal.wait {
            $0.text(row: 29).contains("running")
              && $0.text[26...28].contains { $0.contains("OUT to") }
          })
        terminal.send("\u{1}x")
      }
      #expect(ending.exitCode == 0)
      #expect(ending.terminal.received.count < 1 << 20)
      let all = String(decoding: ending.terminal.received, as: UTF8.self)
      let end = try #require(all.range(of: " lines of the trace are left out; --trace-file FILE"))
      #expect(all[..<end.lowerBound].suffix(30).contains("kemu: the first "))
      #expect(all[end.upperBound...].components(separatedBy: "OUT to 0x80").count == 501)
    }

    @Test func `kemu is suspended and goes on, and the trace with it`() throws {
      let ending = try program.run(
        Array(Self.writing), rows: 40, options: ["--trace", "io"],
        shell: "set -m; KEMU; echo SHELL; sleep 1; fg >/dev/null"
      ) { terminal, _ in
        program.waitForScreen(terminal)
        terminal.send("\u{1}z")
        #expect(terminal.wait { !$0.isAlternate && $0.text.contains { $0.contains("SHELL") } })
        #expect(
          terminal.wait { $0.isAlternate && below($0).contains { $0.hasPrefix("OUT to 0x80") } })
        terminal.send("\u{1}x")
      }
      #expect(ending.exitCode == 0)
    }

    @Test func `a file has it instead of the screen`() throws {
      let scratch = try Scratch()
      let ending = try program.run(
        TinyKernel.waiting, rows: 40,
        options: ["--trace", "io", "--trace-file", scratch.path("trace")]
      ) { terminal, _ in
        program.waitForScreen(terminal)
        #expect(terminal.wait { $0.text(row: 39).contains("waiting") })
        terminal.send("\u{1}x")
      }
      #expect(!ending.text.contains("OUT to"))
      let trace = String(decoding: try scratch.read("trace"), as: UTF8.self)
      #expect(trace.hasPrefix("OUT to 0x21 (PIC 1 mask)"))
    }
  }
}
