// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@Suite("The table of exceptions")
struct ExceptionTests {
  @Test("defines 21 of the 32 vectors")
  func vectors() {
    let defined = (0..<32).filter { Exception(rawValue: $0) != nil }
    #expect(defined == Array(0...14) + Array(16...21))
    #expect(Set(Exception.allCases.map(\.facts.mnemonic)).count == 21)
  }

  @Test("says which vectors push an error code")
  func errorCodes() {
    let pushing = Exception.allCases.filter(\.facts.pushesErrorCode).map(\.rawValue)
    #expect(pushing == [8, 10, 11, 12, 13, 14, 17, 21])
  }

  /// Table 6-5, and the shutdown below it: rows are first events, columns second ones.
  // swift-format-ignore
  static let escalations: [(Exception, [Exception.Escalation])] = [
    //                     #BP      #GP           #PF
    (.breakpoint,        [.serial, .serial,      .serial]),
    (.nmi,               [.serial, .serial,      .serial]),
    (.alignmentCheck,    [.serial, .serial,      .serial]),
    (.divideError,       [.serial, .doubleFault, .serial]),
    (.generalProtection, [.serial, .doubleFault, .serial]),
    (.controlProtection, [.serial, .doubleFault, .serial]),
    (.pageFault,         [.serial, .doubleFault, .doubleFault]),
    (.virtualization,    [.serial, .doubleFault, .doubleFault]),
    (.doubleFault,       [.serial, .shutdown,    .shutdown]),
  ]

  @Test("decides between delivery, double fault and shutdown", arguments: escalations)
  func escalation(first: Exception, expected: [Exception.Escalation]) {
    let seconds: [Exception] = [.breakpoint, .generalProtection, .pageFault]
    #expect(seconds.map { first.followed(by: $0) } == expected)
  }

  @Test("puts the classes together as Table 6-4 does")
  func severities() {
    func vectors(_ severity: Exception.Severity) -> [UInt8] {
      Exception.allCases.filter { $0.facts.severity == severity }.map(\.rawValue)
    }
    #expect(vectors(.contributory) == [0, 10, 11, 12, 13, 21])
    #expect(vectors(.pageFault) == [14, 20])
    #expect(vectors(.doubleFault) == [8])
    #expect(vectors(.benign) == [1, 2, 3, 4, 5, 6, 7, 9, 16, 17, 18, 19])
  }

  @Test("page-fault error codes have words for each bit that is defined")
  func pageFaultBits() {
    let table = PageFaultErrorCode.bits
    let bits = table.indices.map { table[$0] }
    #expect(bits.map(\.bit.rawValue) == [1, 2, 4, 8, 16, 32, 64, 128, 0x8000])
    #expect(bits.allSatisfy { !$0.name.isEmpty && !$0.set.isEmpty })
  }
}
