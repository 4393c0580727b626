// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Kernel

@Suite struct BootInformationTests {
  /// A list of `tags`, each type and content, as a loader would write it.
  static func list(_ tags: [(type: UInt32, content: [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = []
    for tag in tags + [(0, [])] {
      bytes += words(tag.type, UInt32(8 + tag.content.count)) + tag.content
      bytes += Array(repeating: 0xAA, count: -bytes.count & 7)
    }
    return words(UInt32(8 + bytes.count), 0) + bytes
  }

  static func words(_ words: UInt32...) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
  }

  /// What `body` makes of the information in `bytes`.
  static func read<Result>(
    _ bytes: [UInt8], _ body: (BootInformation) -> Result
  ) throws(BootInformationError) -> Result {
    // The closure would lose the type of the error.
    var result: Swift.Result<Result, BootInformationError>?
    bytes.withUnsafeBytes { bytes in
      do throws(BootInformationError) {
        result = .success(body(try BootInformation(bytes)))
      } catch {
        result = .failure(error)
      }
    }
    guard let result else { fatalError("bytes have no pointer") }
    return try result.get()
  }

  static func commandLine(_ bytes: [UInt8]) throws -> String {
    try read(bytes) { String(decoding: $0.commandLine, as: UTF8.self) }
  }

  @Test(
    arguments: [
      ([(1, "demo=font\0")], "demo=font"),
      ([(2, "GRUB\0"), (1, "a b\0"), (1, "second\0")], "a b"),
      ([(21, "1234"), (14, "1"), (1, "after odd sizes\0")], "after odd sizes"),
      ([(1, "no zero")], "no zero"), ([(1, "\0rest")], ""), ([(1, "")], ""), ([(2, "GRUB\0")], ""),
      ([], ""), ([(0, ""), (1, "after the end\0")], ""),
    ] as [([(UInt32, String)], String)])
  func commandLineIsTheFirstTagOfItsType(tags: [(UInt32, String)], expected: String) throws {
    let bytes = Self.list(tags.map { ($0.0, Array($0.1.utf8)) })
    #expect(try Self.commandLine(bytes) == expected)
  }

  @Test(
    arguments: [
      (words(), .truncated(OutOfBounds(offset: 0, count: 4, size: 0))),
      (words(0), .truncated(OutOfBounds(offset: 4, count: 4, size: 4))),
      (words(8, 0), .noEndTag), (words(0, 0), .totalSize(0)),
      (words(0xFFFF_FFFF, 0), .totalSize(0xFFFF_FFFF)),
      (words(16, 0, 1, 0), .tag(offset: 8)), (words(16, 0, 1, 7), .tag(offset: 8)),
      (words(16, 0, 1, 9), .tag(offset: 8)), (words(16, 0, 1, 0xFFFF_FFFF), .tag(offset: 8)),
      (words(24, 0, 2, 0xFFFF_FFF9, 1, 8), .tag(offset: 8)),
      (words(12, 0, 1), .noEndTag), (words(100, 0, 2, 12, 0, 0, 1), .totalSize(100)),
      (words(24, 0, 6, 15, 24, 0), .tag(offset: 8)),  // a memory map without its version
      (words(24, 0, 6, 16, 8, 0), .tag(offset: 8)),  // regions of eight bytes
      (words(32, 0, 9, 20, 1, 64, 0, 0), .tag(offset: 8)),  // a section that is not there
      (words(32, 0, 9, 20, 0x1000_0001, 0x40, 0, 0), .tag(offset: 8)),
      (words(24, 0, 3, 12, 1, 8), .tag(offset: 8)),  // a module without an end
    ] as [([UInt8], Multiboot2InfoError)])
  func lengthThatDoesNotAddUpIsAnError(bytes: [UInt8], expected: Multiboot2InfoError) {
    #expect(throws: BootInformationError.malformed(expected)) { try Self.commandLine(bytes) }
  }

  @Test func everyTruncationIsAnErrorAndReadsNothingBehindIt() throws {
    let whole = Self.list([
      (1, Array("cut short\0".utf8)), (6, Self.words(24, 0, 0, 0, 9, 0, 1, 0)),
    ])
    #expect(try Self.read(whole) { $0.memoryMap?.count } == 1)
    for length in 8..<whole.count - 7 {
      var bytes = Array(whole[..<length])  // memory ends here; ASan and traps would notice a read
      bytes.replaceSubrange(0..<4, with: Self.words(UInt32(length)))
      #expect(throws: BootInformationError.self, "\(length) bytes") { try Self.commandLine(bytes) }
    }
  }

  @Test func moduleThatEndsBeforeItStartsIsAnError() {
    let bytes = Self.list([(3, Self.words(0x3000, 0x2000) + [0])])
    #expect(
      throws: BootInformationError.moduleEndsBeforeItStarts(
        start: PhysAddr(0x3000), end: PhysAddr(0x2000))
    ) { try Self.commandLine(bytes) }
  }

  @Test func modulesComeInTheirOrderWithTheirArguments() throws {
    let bytes = Self.list([
      (3, Self.words(0x1000, 0x1800) + Array("one\0".utf8)), (1, []),
      (3, Self.words(0x2000, 0x2000) + Array("two".utf8)),
    ])
    let modules = try Self.read(bytes) { information in
      var modules: [String] = []
      information.forEachModule { range, arguments in
        modules.append(
          "\(range.lowerBound.value) \(range.size) "
            + String(decoding: arguments, as: UTF8.self))
      }
      return modules
    }
    #expect(modules == ["4096 2048 one", "8192 0 two"])
  }

  @Test func placeIsCheckedBeforeAnythingIsRead() throws {
    // Nothing is mapped at these addresses: a read would end the test.
    let cases: [(UInt64, UInt64, BootInformationError)] = [
      (0x1004, 0x4000_0000, .misaligned(PhysAddr(0x1004))),
      (0x4000_0000, 0x4000_0000, .outOfReach(PhysAddr(0x4000_0000), size: 8)),
      (0x5000_0000, 0x4000_0000, .outOfReach(PhysAddr(0x5000_0000), size: 8)),
      (0x3FFF_FFF8, 0x3FFF_FFFF, .outOfReach(PhysAddr(0x3FFF_FFF8), size: 8)),
      (0, 0x4000_0000, .outOfReach(PhysAddr(0), size: 8)),
    ]
    for (address, limit, expected) in cases {
      #expect(throws: expected) {
        try BootInformation(at: PhysAddr(address), below: PhysAddr(limit))
      }
    }
  }

  @Test func sizeIsCheckedBeforeTheRestIsRead() throws {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
    defer { memory.deallocate() }
    memory.copyBytes(from: Self.list([(1, Array("here\0".utf8))]))
    let start = PhysAddr(UInt64(UInt(bitPattern: memory.baseAddress)))
    #expect(
      String(
        decoding: try BootInformation(at: start, below: start + 64).commandLine, as: UTF8.self)
        == "here")
    #expect(throws: BootInformationError.outOfReach(start, size: 32)) {
      try BootInformation(at: start, below: start + 31)
    }
  }

  @Test(
    arguments: [
      (.misaligned(PhysAddr(4)), "it lies at 0x4, not at a multiple of 8"),
      (.outOfReach(PhysAddr(8), size: 9), "9 bytes at 0x8 are out of reach"),
      (.malformed(.tag(offset: 24)), "the tag at offset 0x18 does not fit"),
      (.malformed(.totalSize(3)), "it says that it has 3 bytes"),
      (.malformed(.noEndTag), "no tag says that it ends"),
      (
        .malformed(.truncated(OutOfBounds(offset: 4, count: 4, size: 4))),
        "there are 4 bytes of it, too few for a beginning"
      ),
      (
        .moduleEndsBeforeItStarts(start: PhysAddr(2), end: PhysAddr(1)),
        "a module starts at 0x2 and ends at 0x1"
      ),
    ] as [(BootInformationError, String)])
  func errorsAreWords(error: BootInformationError, expected: String) {
    #expect(String("\(error)" as Text) == expected)
  }
}
