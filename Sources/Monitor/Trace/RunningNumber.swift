// SPDX-License-Identifier: GPL-2.0-or-later

/// A number that mostly goes up by one, and its text, of which three digits change then.
struct RunningNumber {
  /// The number.
  private(set) var value: UInt64 = 0
  /// How many characters it has at least, blanks in front; 0 for a number of JSON's, without groups.
  private let width: Int
  /// What stands before the last three digits, and of which thousand that is.
  private var lead: [UInt8] = []
  private var leadOf: UInt64 = .max

  init(width: Int) { self.width = width }

  /// The most characters that it has.
  static let most = 32

  /// Goes on from `number`.
  mutating func move(to number: UInt64) { value = number }

  /// Writes it, and returns the end.
  @inline(__always)
  mutating func write(to start: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    guard value >= 1000 else { return writeSmall(to: start) }
    if value / 1000 != leadOf { renewLead() }
    let low = UInt32(truncatingIfNeeded: value % 1000)
    let count = lead.count
    for place in 0..<count { start[place] = lead[place] }
    start[count] = 48 + UInt8(truncatingIfNeeded: low / 100)
    start[count + 1] = 48 + UInt8(truncatingIfNeeded: low / 10 % 10)
    start[count + 2] = 48 + UInt8(truncatingIfNeeded: low % 10)
    return start + count + 3
  }

  /// Writes it and goes on to the next.
  @inline(__always)
  mutating func writeAndAdvance(
    to start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    defer { value += 1 }
    return write(to: start)
  }

  private func writeSmall(to start: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    let digits = Array(String(value).utf8)
    let text = [UInt8](repeating: 32, count: max(0, width - digits.count)) + digits
    for (place, byte) in text.enumerated() { start[place] = byte }
    return start + text.count
  }

  private mutating func renewLead() {
    leadOf = value / 1000
    let digits = Array((width > 0 ? leadOf.grouped + "_" : String(leadOf)).utf8)
    lead = [UInt8](repeating: 32, count: max(0, width - 3 - digits.count)) + digits
  }
}
