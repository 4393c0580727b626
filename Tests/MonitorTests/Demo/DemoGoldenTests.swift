// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

@testable import Monitor

/// What each demo prints is what somebody has read: Tests/Goldens/demo/NAME.txt.
///
/// The kernel's addresses, counts and registers change whenever it is compiled, so they stand as # in its
/// goldens, without line breaks that come of their lengths. `KEMU_RECORD=1 make test FILTER=DemoGolden`
/// writes them anew, and fails.
@Suite struct DemoGoldenTests {
  private static let isRecording = ProcessInfo.processInfo.environment["KEMU_RECORD"] == "1"
  private static let directory = TraceRun.root.appendingPathComponent("Tests/Goldens/demo")

  @Test(arguments: Demo.all.map(\.name)) func `a demo prints the golden text, twice the same`(
    _ name: String
  ) throws {
    let run = try DemoRun.run([name])
    #expect(run.exitCode == 0)
    #expect(try DemoRun.run([name]).output == run.output)
    for line in run.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    let isKernel = Demo.named(name)?.image == .kernel
    let text = isKernel ? Self.withoutAddresses(run.text) : run.text
    let file = Self.directory.appendingPathComponent("\(name).txt")
    if Self.isRecording {
      try FileManager.default.createDirectory(
        at: Self.directory, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      Issue.record("\(file.path) was written; look at it, and test again without KEMU_RECORD")
    }
    let golden = try? String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "if it should be: KEMU_RECORD=1 make test FILTER=DemoGolden")
  }

  @Test func `what is left of a text is all but what a compiler decides`() {
    #expect(
      Self.withoutAddresses(
        """
        #PF Page Fault at 0x1160ee (Kernel.FaultDemo.raise() -> ()+0x19e, Boot.h:32),
            64-bit, ring 0, instruction 172_775
          walk     PML4[27]  at 0x20d8: 0x0    ← P is 0
                   PT[267]  at 0x8858: 0x10b001  P        → 4 KiB page 0x10b000
                            ← R/W is 0
          error    0x2: P=0 page not present
        """)
          == """
          #PF Page Fault at # (Kernel.FaultDemo.raise() -> ()+#, Boot.h:#), 64-bit, ring 0, instruction #
            walk PML4[27] at #: 0x0 ← P is 0
                 PT[#] at #: # P → 4 KiB page # ← R/W is 0
            error 0x2: P=0 page not present
          """)
  }

  /// `text` of the kernel's trace and screen without what changes with its build.
  static func withoutAddresses(_ text: String) -> String {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let indent = line.prefix { $0 == " " }.count
      let words = line.split(separator: " ").joined(separator: " ")
      let isNewEntry = words.wholeMatch(of: /(PML4|PDPT|PD|PT)\[.*/) != nil
      // Behind a step's word, or in a heading, whatever is broken is put together again.
      switch indent {
      case 11 where isNewEntry: lines.append("       " + words)
      case 4, 11...: lines[max(0, lines.count - 1)] += " " + words
      default: lines.append(String(repeating: " ", count: indent) + words)
      }
    }
    return lines.joined(separator: "\n")
      .replacing(/(\.swift|\.S|\.h|\.c):[0-9]+/) { "\($0.1):#" }
      .replacing(/bytes [0-9a-f ]+…/, with: "bytes #")
      .replacing(/instruction [0-9_]+/, with: "instruction #")
      .replacing(/after [0-9_]+ instructions/, with: "after # instructions")
      .replacing(/0x[0-9a-f_]{4,}|\b[0-9a-f]{16}\b/, with: "#")
      .replacing(/\+0x[0-9a-f]+/, with: "+#")
      .replacing(/\bPT\[[0-9]+\]/, with: "PT[#]")
      .replacing(/(RFLAGS|rflags|flags) 0x[0-9a-f]+( → 0x[0-9a-f]+)?/) { "\($0.1) #" }
  }
}
