// SPDX-License-Identifier: GPL-2.0-or-later

/// The end of a trace in memory: for a screen that shows the last lines of it, and for who reads more later.
final class TraceLog {
  /// As many lines can be had; the older ones are forgotten.
  static let most = 1000

  /// The last lines, up to twice as many as can be had.
  private var bytes: [UInt8] = []
  private var kept = 0
  /// How many lines there were.
  private(set) var lines: UInt64 = 0

  private static let newline = UInt8(ascii: "\n")

  /// Takes more of the trace.
  func append(_ more: UnsafeRawBufferPointer) {
    let new = more.count { $0 == Self.newline }
    bytes.append(contentsOf: more)
    lines += UInt64(new)
    kept += new
    if kept <= 2 * Self.most { return }
    bytes.removeSubrange(..<start(ofLast: Self.most))
    kept = Self.most
  }

  /// The last lines, so many or what there are.
  func last(_ count: Int) -> String {
    String(decoding: bytes[start(ofLast: min(count, Self.most))...], as: UTF8.self)
  }

  /// How many lines can not be had any more.
  var forgotten: UInt64 { lines - UInt64(min(kept, Self.most)) }

  private func start(ofLast count: Int) -> Int {
    var left = count
    var place = bytes.count
    while place > 0 {
      if bytes[place - 1] == Self.newline {
        if left == 0 { break }
        left -= 1
      }
      place -= 1
    }
    return place
  }
}
