// SPDX-License-Identifier: GPL-2.0-or-later

/// The command line: words with spaces between them, in any order, the last of a kind counts.
///
/// Words that mean nothing here are ignored; a loader may add its own.
struct BootOptions {
  /// `serial`: all text goes to COM1, too.
  private(set) var serial = false

  /// `shell`: without a demo, go on with a shell when all is shown.
  private(set) var shell = false

  /// `demo=NAME`: what to show.
  private(set) var demo = Choice.none

  /// `heap=NAME`: how the heap allocates; a name that there is not changes nothing.
  private(set) var heap = ChosenAllocator.Kind.blocks

  /// `hz=N`: the timer's ticks in a second; what the timer cannot do changes nothing.
  private(set) var hertz = Timer.usual

  /// `case=NAME`: which test the test image runs; nil for all that it survives.
  private(set) var testCase: Slice<UnsafeRawBufferPointer>?

  /// A demo as asked for.
  enum Choice {
    case none
    case some(Demo)
    case unknown(UnsafeRawBufferPointer)
  }

  /// The options on `commandLine`, whose bytes have to stay where they are.
  init(commandLine: UnsafeRawBufferPointer) {
    var rest = commandLine[...]
    while let word = rest.popWord() { take(word) }
  }

  private mutating func take(_ word: Slice<UnsafeRawBufferPointer>) {
    if word.elementsEqual("serial") {
      serial = true
    } else if word.elementsEqual("shell") {
      shell = true
    } else if word.starts(with: Self.demoKey) {
      let name = word.dropFirst(Self.demoKey.utf8CodeUnitCount)
      demo = .unknown(UnsafeRawBufferPointer(rebasing: name))
      Demo.forEach { candidate in
        if name.elementsEqual(candidate.name) { demo = .some(candidate) }
      }
    } else if word.starts(with: Self.caseKey) {
      testCase = word.dropFirst(Self.caseKey.utf8CodeUnitCount)
    } else if word.starts(with: Self.hertzKey) {
      if let rate = Self.number(word.dropFirst(Self.hertzKey.utf8CodeUnitCount)),
        Timer.rates.contains(rate)
      {
        hertz = rate
      }
    } else if word.starts(with: Self.heapKey) {
      let name = word.dropFirst(Self.heapKey.utf8CodeUnitCount)
      for kind in ChosenAllocator.Kind.allCases where name.elementsEqual(kind.name) {
        heap = kind
      }
    }
  }

  /// The number that `digits` spell; nil if they do not, or if it is too large.
  private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt32? {
    var value: UInt32 = 0
    for digit in digits {
      let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      guard 0x30...0x39 ~= digit, !isTooLarge else { return nil }
      let (sum, overflows) = tens.addingReportingOverflow(UInt32(digit - 0x30))
      if overflows { return nil }
      value = sum
    }
    return digits.isEmpty ? nil : value
  }

  private static let demoKey: StaticString = "demo="
  private static let caseKey: StaticString = "case="
  private static let heapKey: StaticString = "heap="
  private static let hertzKey: StaticString = "hz="
}
