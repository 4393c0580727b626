// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Finds a text on the guest's screen.
struct ScreenFinder {
  private let pattern: [UInt8]

  /// A finder for `text`; nil if the guest's font cannot show it.
  init?(_ text: String) {
    let bytes = text.unicodeScalars.map { CP437.byte(for: $0) }
    pattern = bytes.compactMap { $0 }
    if pattern.count != bytes.count || pattern.isEmpty { return nil }
  }

  /// Whether the text is on `screen`, in one row or wrapped to the next.
  func isFound(on screen: TextScreen) -> Bool {
    var matcher = ByteMatcher(pattern)
    return screen.searchableBytes.contains { matcher.take($0) }
  }
}
