// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// What the compiler has to refuse in code that uses the paging interface, with the project's rules.
@Suite struct CompilerTests {
  /// A line of code, and what the compiler says about it; nil if it is right.
  struct Case: Sendable {
    let code: String
    let complaint: String?
  }

  static let cases = [
    Case(code: "_ = try mapper.unmap(page, tablesTo: &frames).flush()", complaint: nil),
    // A promise to flush cannot be overlooked, nor be had twice, nor be opened without a flush.
    Case(
      code: "try mapper.unmap(page, tablesTo: &frames)",
      complaint: "result of call to 'unmap(_:tablesTo:)' is unused"),
    Case(
      code: "try mapper.protect(page, .writable)",
      complaint: "result of call to 'protect' is unused"),
    Case(
      code: "try mapper.unmap(page, tablesTo: &frames).flush()",
      complaint: "result of call to 'flush()' is unused"),
    Case(
      code: "let old = try mapper.protect(page, .writable); _ = old.flush(); _ = old.flush()",
      complaint: "'old' consumed more than once"),
    Case(
      code: "let old = try mapper.protect(page, .writable); _ = old.frame",
      complaint: "'frame' is inaccessible"),
    // A frame has one owner.
    Case(
      code: "let frame = Frame(owning: start); frames.deallocate(frame); frames.deallocate(frame)",
      complaint: "'frame' consumed more than once"),
    // The active tables have one owner, and an edit has them for itself.
    Case(
      code: """
        let tables = ActiveTables(of: memory); let other = tables
        _ = tables.mapper; _ = other.mapper
        """,
      complaint: "'tables' used after consume"),
    Case(
      code: """
        var tables = ActiveTables(of: memory)
        do {
          let new = try tables.makeInactive(tablesFrom: &frames)
          try tables.edit(new, tablesFrom: &frames) { _, frames throws(MapError) in
            try tables.edit(new, tablesFrom: &frames) { _, _ in }
          }
        } catch {}
        """,
      complaint: "overlapping accesses to 'tables'"),
    // Errors have types: what `map` throws is not what `unmap` throws.
    Case(
      code: "try mapper.map(page, to: start, [], tablesFrom: &frames)",
      complaint: "thrown expression type 'MapError' cannot be converted to error type 'UnmapError'"),
    // The lowest tables have none below them.
    Case(
      code: "_ = Table<Level1>(uncheckedAt: page.start).next(0)",
      complaint:
        "referencing instance method 'next' on 'Table' requires that 'Level1' conform to 'ParentLevel'"
    ),
  ]

  @Test(arguments: cases.indices) func misuseDoesNotCompile(_ index: Int) throws {
    let example = Self.cases[index]
    let text = """
      import X86
      @testable import Kernel
      func example<Memory: AddressSpace>(
        _ memory: Memory, _ mapper: Mapper<Memory>, _ page: Page, _ start: PhysAddr, _ frames: inout FrameAllocator
      ) throws(UnmapError) {
        \(example.code)
      }
      """
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("kemu-\(UUID().uuidString).swift")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }

    let build = try Self.buildDirectory()
    let compiler = Process()
    let output = Pipe()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // Ownership is checked behind the types, on the way to SIL.
    compiler.arguments = [
      "swiftc", "-emit-sil", "-o", "/dev/null", "-swift-version", "6", "-warnings-as-errors",
      "-I", "\(build)/Modules", "-Xcc", "-fmodule-map-file=\(build)/Boot.build/module.modulemap",
      file.path,
    ]
    compiler.standardError = output
    try compiler.run()
    let messages = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    compiler.waitUntilExit()
    if let complaint = example.complaint {
      #expect(compiler.terminationStatus == 1)
      #expect(messages.contains("error: \(complaint)"), "\(messages)")
    } else {
      #expect(compiler.terminationStatus == 0 && messages == "", "\(messages)")
    }
  }

  /// Where the modules lie that these tests were linked with.
  private static func buildDirectory() throws -> String {
    let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    let bundle = maps.split(separator: "\n").lazy
      .compactMap { $0.split(separator: " ").last }
      .first { $0.hasSuffix("PackageTests.xctest") }
    return "/" + (try #require(bundle)).split(separator: "/").dropLast().joined(separator: "/")
  }
}
