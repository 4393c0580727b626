// SPDX-License-Identifier: GPL-2.0-or-later

/// The command line: words with spaces between them, in any order, the last of a kind counts.
///
/// Words that mean nothing here are ignored; a loader may add its own.
struct BootOptions {
  /// `serial`: all text goes to COM1, too.
  private(set) var serial = false

  /// `demo=NAME`: what to show.
  private(set) var demo = Choice.none

  /// `heap=NAME`: how the heap allocates; a name that there is not changes nothing.
  private(set) var heap = ChosenAllocator.Kind.blocks

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
    } else if word.starts(with: Self.heapKey) {
      let name = word.dropFirst(Self.heapKey.utf8CodeUnitCount)
      for kind in ChosenAllocator.Kind.allCases where name.elementsEqual(kind.name) {
        heap = kind
      }
    }
  }

  private static let demoKey: StaticString = "demo="
  private static let heapKey: StaticString = "heap="
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
