// SPDX-License-Identifier: GPL-2.0-or-later

/// What the guest's real-time clock shows at power-on.
public enum ClockStart: Equatable, Sendable {
  /// The host's time.
  case now
  /// Seconds since 1970-01-01T00:00:00Z.
  case at(Int64)

  /// The start of a run that has to be the same every time: 2026-01-01T00:00:00Z.
  public static let reproducible = ClockStart.at(1_767_225_600)

  /// Reads `now`, or an ISO 8601 moment in UTC: date, or date `T` time, seconds and `Z` optional.
  public init(_ text: String) throws(OptionError) {
    if text == "now" {
      self = .now
      return
    }
    let body = text.hasSuffix("Z") ? text.dropLast() : text[...]
    let parts = body.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    guard let day = Self.fields(parts[0], widths: [4, 2, 2], separator: "-"),
      let time = parts.count == 1 ? [0, 0, 0] : Self.time(parts[1]),
      parts.count == 2 || !text.hasSuffix("Z"),
      (1...12).contains(day[1]), (1...Self.days(inMonth: day[1], of: day[0])).contains(day[2]),
      time[0] < 24, time[1] < 60, time[2] < 60
    else { throw .notATime(text) }
    let days = Self.daysSinceEpoch(year: day[0], month: day[1], day: day[2])
    self = .at(Int64(((days * 24 + time[0]) * 60 + time[1]) * 60 + time[2]))
  }

  private static func time(_ text: Substring) -> [Int]? {
    if let full = fields(text, widths: [2, 2, 2], separator: ":") { return full }
    guard let short = fields(text, widths: [2, 2], separator: ":") else { return nil }
    return short + [0]
  }

  /// The numbers in `text`, if it has digits of just these widths between separators.
  private static func fields(
    _ text: Substring, widths: [Int], separator: Character
  ) -> [Int]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.map(\.count) == widths else { return nil }
    let numbers = parts.compactMap { part in
      part.allSatisfy { $0.isASCII && $0.isNumber } ? Int(part) : nil
    }
    return numbers.count == widths.count ? numbers : nil
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  /// Days from 1970-01-01 to a date of the Gregorian calendar.
  ///
  /// Years are counted from March, so that the leap day is a year's last.
  private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
    let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
    let leapDays = y / 4 - y / 100 + y / 400
    return 365 * y + leapDays + (153 * m + 2) / 5 + day - 1 - 719_468
  }
}
