// SPDX-License-Identifier: GPL-2.0-or-later

/// Finds a pattern in a stream of bytes that comes in pieces (Knuth, Morris and Pratt).
struct ByteMatcher {
  private let pattern: [UInt8]
  /// For each length of a partial match, the length of the longest shorter one that ends it too.
  private let fallback: [Int]
  private var matched = 0

  /// A matcher for `pattern`, which must not be empty.
  init(_ pattern: [UInt8]) {
    precondition(!pattern.isEmpty, "an empty pattern is everywhere")
    self.pattern = pattern
    var fallback = Array(repeating: 0, count: pattern.count + 1)
    var length = 0
    for index in 1..<max(1, pattern.count) {
      while length > 0, pattern[index] != pattern[length] { length = fallback[length] }
      if pattern[index] == pattern[length] { length += 1 }
      fallback[index + 1] = length
    }
    self.fallback = fallback
  }

  /// Takes one byte and says whether the pattern ends with it.
  mutating func take(_ byte: UInt8) -> Bool {
    while matched > 0, pattern[matched] != byte { matched = fallback[matched] }
    if pattern[matched] == byte { matched += 1 }
    guard matched == pattern.count else { return false }
    matched = fallback[matched]
    return true
  }
}
