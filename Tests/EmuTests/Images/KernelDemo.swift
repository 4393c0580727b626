// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing
import X86

@testable import Emu

/// What `images/kernel.elf` shows with `demo=NAME` when it has come to rest, here or on QEMU.
struct KernelDemo {
  /// The rows of the screen, blanks at their ends removed.
  let lines: [String]

  /// The demo, run here until the kernel halts.
  init(
    _ name: String, options: String = "", changing: (inout LoadPlan) throws -> Void = { _ in }
  ) throws {
    let guest = try RunningMachine(
      image: "kernel", commandLine: "demo=\(name) \(options)", changing: changing)
    try self.init(guest)
  }

  /// What a kernel shows that is loaded by `plan`.
  init(_ plan: LoadPlan, memory: MemoryMap = .standard) throws {
    try self.init(RunningMachine(plan, memory: memory))
  }

  private init(_ guest: RunningMachine) throws {
    try #require(guest.run(limit: 400_000_000) == .halted)
    lines = Self.lines(guest.machine.screen.cells)
  }

  /// The demo, run on QEMU from the ISO image until the kernel halts; `machine` are options of QEMU's.
  init(onQEMU name: String, options: String = "", machine: [String] = []) throws {
    let shot = try QEMUTests.shot(
      TestFiles.iso("kernel"), commandLine: "demo=\(name) \(options)", machine: machine)
    lines = Self.lines(shot.cells)
  }

  private static func lines(_ cells: [UInt16]) -> [String] {
    (0..<TextScreen.rows).map { row in
      var scalars = String.UnicodeScalarView()
      for column in 0..<TextScreen.columns {
        scalars.append(
          CP437.scalar(of: UInt8(truncatingIfNeeded: cells[row * TextScreen.columns + column])))
      }
      let text = String(scalars)
      return String(text.reversed().drop { $0 == " " || $0 == "\0" }.reversed())
    }
  }

  /// The rows, with RF cleared in the registers that a report shows.
  ///
  /// A fault pushes RF as 1, so that its instruction can be executed anew in spite of a breakpoint on it
  /// (Intel SDM Vol. 3A §6.8.3 "Masking Instruction Breakpoints", Vol. 3B §18.3.1.1
  /// "Instruction-Breakpoint Exception Condition"); QEMU 7.2 pushes it as it was.
  var linesWithoutRF: [String] {
    lines.map { line in
      guard let match = line.firstMatch(of: /rflags ([0-9a-f]{16})/),
        let flags = UInt64(match.1, radix: 16)
      else { return line }
      let digits = String(flags & ~RFLAGS.resume.rawValue, radix: 16)
      return line.replacingCharacters(
        in: match.1.startIndex..<match.1.endIndex,
        with: String(repeating: "0", count: 16 - digits.count) + digits)
    }
  }

  /// Whether a row is `text`.
  func shows(_ text: String) -> Bool { lines.contains(text) }

  /// The rows below the one that is `heading`, as far as they are indented.
  func section(_ heading: String) -> [String] {
    guard let start = lines.firstIndex(of: heading) else { return [] }
    return Array(lines[(start + 1)...].prefix { $0.hasPrefix("  ") })
  }
}
