// SPDX-License-Identifier: GPL-2.0-or-later

/// The command line: words with spaces between them, in any order, the last of a kind counts.
///
/// Words that mean nothing here are ignored; a loader may add its own.
struct BootOptions {
  /// `serial`: all text goes to COM1, too.
  private(set) var serial = false

  /// `demo=NAME`: what to show.
  private(set) var demo = Choice.none

  /// A demo as asked for.
  enum Choice {
    case none
    case some(Demo)
    case unknown(UnsafeRawBufferPointer)
  }

  /// The options on `commandLine`, whose bytes have to stay where they are.
  init(commandLine: UnsafeRawBufferPointer) {
    var rest = commandLine[...]
    while true {
      rest = rest.drop { $0 == Self.space }
      guard !rest.isEmpty else { break }
      let word = rest.prefix { $0 != Self.space }
      rest = rest.dropFirst(word.count)
      take(word)
    }
  }

  private mutating func take(_ word: Slice<UnsafeRawBufferPointer>) {
    if word.elementsEqual("serial") {
      serial = true
    } else if word.starts(with: Self.demoKey) {
      let name = word.dropFirst(Self.demoKey.utf8CodeUnitCount)
      demo = .unknown(UnsafeRawBufferPointer(rebasing: name))
      for candidate in Demo.allCases where name.elementsEqual(candidate.name) {
        demo = .some(candidate)
      }
    }
  }

  private static let demoKey: StaticString = "demo="
  private static let space = UInt8(ascii: " ")
}

extension Slice<UnsafeRawBufferPointer> {
  fileprivate func elementsEqual(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { elementsEqual($0) }
  }

  fileprivate func starts(with text: StaticString) -> Bool {
    text.withUTF8Buffer { starts(with: $0) }
  }
}
