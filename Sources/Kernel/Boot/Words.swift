// SPDX-License-Identifier: GPL-2.0-or-later

// Text that comes from outside, as bytes: words with spaces between them.

extension Slice<UnsafeRawBufferPointer> {
  /// Takes the first word off; nil if there are only spaces.
  mutating func popWord() -> Slice<UnsafeRawBufferPointer>? {
    self = drop { $0 == 0x20 }
    guard !isEmpty else { return nil }
    let word = prefix { $0 != 0x20 }
    self = dropFirst(word.count)
    return word
  }

  /// Whether these are the bytes of `text`.
  func elementsEqual(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { elementsEqual($0) }
  }

  /// Whether the first bytes are those of `text`.
  func starts(with text: StaticString) -> Bool {
    text.withUTF8Buffer { starts(with: $0) }
  }
}
