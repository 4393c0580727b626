// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Monitor

/// How a long backtrace becomes short.
@Suite struct BacktraceTests {
  private func groups(_ addresses: [UInt64]) -> [Backtrace.Group] {
    Backtrace(addresses: addresses.map { VirtAddr($0) }, method: .framePointers).groups
  }

  private func group(_ addresses: [UInt64], _ count: Int) -> Backtrace.Group {
    Backtrace.Group(addresses: addresses.map { VirtAddr($0) }, count: count)
  }

  @Test func whatRepeatsItselfIsShownOnce() {
    #expect(groups([1, 2, 2, 2, 2, 3]) == [group([1], 1), group([2], 4), group([3], 1)])
  }

  @Test func functionsThatCallEachOtherInTurnAreOneGroup() {
    #expect(groups([1, 2, 3, 2, 3, 2, 3, 4]) == [group([1], 1), group([2, 3], 3), group([4], 1)])
  }

  @Test func twiceIsNoRepetition() {
    #expect(groups([1, 1, 2]) == [group([1], 1), group([1], 1), group([2], 1)])
    #expect(groups([]).isEmpty)
  }

  @Test func linesAreBrokenBetweenWordsAndNoWordIsLost() {
    #expect(ReportPage.wrap("one two three", width: 7) == ["one two", "three"])
    #expect(ReportPage.wrap("incomprehensible a", width: 4) == ["incomprehensible", "a"])
    #expect(ReportPage.wrap("", width: 4) == [""])
  }
}
