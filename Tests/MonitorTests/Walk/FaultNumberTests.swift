// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

@testable import Monitor

/// `fault N` of `kemu walk --at` counts what `--trace faults` has headings for.
@Suite struct FaultNumberTests {
  @Test(arguments: [("repair", 3), ("breakpoint", 1), ("double-fault", 1), ("triple-fault", 1)])
  func `exceptions have the numbers of their headings`(_ demo: String, count: Int) throws {
    let kernel = try Kernels.image("kernel")
    let guest = [kernel, "--append", "demo=\(demo)"]
    let trace = try Run(["trace"] + guest + ["--trace", "faults"]).text
    // A long heading goes on four columns in. What follows from an exception has no number of its own.
    let headings = trace.replacingOccurrences(
      of: "\n {4}(?=\\S)", with: " ", options: .regularExpression
    ).components(separatedBy: "\n").filter { $0.first == "#" && !$0.contains("while delivering") }
    #expect(headings.count == count)
    for (number, heading) in headings.enumerated() {
      let run = try Run(
        ["walk"] + guest.prefix(1) + ["rip", "--at", "fault \(number + 1)"] + guest.dropFirst())
      let title = heading.components(separatedBy: " at ")[0]
      let executed = heading.components(separatedBy: "instruction ").last ?? ""
      #expect(run.messages.hasPrefix("kemu: fault \(number + 1): \(title)"), "\(run.messages)")
      #expect(run.messages.hasSuffix(" after \(executed) instructions\n"), "\(run.messages)")
    }
  }
}
