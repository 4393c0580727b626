// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// Guests of random instructions, page tables, descriptor tables and registers.
@Suite struct SoakTests {
  /// KEMU_SOAK=COUNT runs more, or fewer; KEMU_SOAK_SEED=SEED begins there.
  private static func number(_ name: String, default value: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? value
  }

  @Test func randomGuestsNeitherCrashNorHangNorDiffer() async throws {
    let first = Self.number("KEMU_SOAK_SEED", default: 0)
    let count = Self.number("KEMU_SOAK", default: 20_000)
    // Two processes share the guests: one takes the even ones, one the odd ones.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for part in 0..<2 {
        group.addTask { try Self.soak(first + part, count: (count + 1 - part) / 2) }
      }
      try await group.waitForAll()
    }
  }

  private static func soak(_ first: Int, count: Int) throws {
    let program = Process()
    let output = Pipe()
    program.executableURL = try directory().appendingPathComponent("soak")
    program.arguments = [first, count, 2].map(String.init)
    program.standardOutput = output
    program.standardError = output
    try program.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    program.waitUntilExit()
    #expect(program.terminationReason == .exit && program.terminationStatus == 0, "\(text)")
    #expect(text.contains("soak: \(count) guests, "), "\(text)")
  }

  /// Where this test bundle was loaded from, and the program lies beside it.
  private static func directory() throws -> URL {
    let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    let bundle = maps.split(separator: "\n").lazy
      .compactMap { $0.split(separator: " ").last }
      .first { $0.hasSuffix("PackageTests.xctest") }
    return URL(fileURLWithPath: String(try #require(bundle))).deletingLastPathComponent()
  }
}
