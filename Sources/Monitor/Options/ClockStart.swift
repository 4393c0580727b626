// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// What the guest's real-time clock shows at power-on.
public enum ClockStart: Equatable, Sendable {
  /// The host's time.
  case now
  /// Seconds since 1970-01-01T00:00:00Z.
  case at(Int64)

  /// The start of a run that has to be the same every time: 2026-01-01T00:00:00Z.
  public static let reproducible = ClockStart.at(reproducibleSeconds)
  /// The same in seconds since 1970-01-01T00:00:00Z.
  static let reproducibleSeconds: Int64 = 1_767_225_600

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
      parts.count == 2 || !text.hasSuffix("Z")
    else { throw .notATime(text) }
    let date = CalendarDate(
      year: day[0], month: day[1], day: day[2], hour: time[0], minute: time[1], second: time[2])
    let seconds = date.secondsSince1970
    // The 30th of February is the 2nd of March, and comes back as that.
    guard CalendarDate(secondsSince1970: seconds) == date else { throw .notATime(text) }
    self = .at(seconds)
  }

  private static func time(_ text: Substring) -> [Int64]? {
    if let full = fields(text, widths: [2, 2, 2], separator: ":") { return full }
    guard let short = fields(text, widths: [2, 2], separator: ":") else { return nil }
    return short + [0]
  }

  /// The numbers in `text`, if it has digits of just these widths between separators.
  private static func fields(
    _ text: Substring, widths: [Int], separator: Character
  ) -> [Int64]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.map(\.count) == widths else { return nil }
    let numbers = parts.compactMap { part in
      part.allSatisfy { $0.isASCII && $0.isNumber } ? Int64(part) : nil
    }
    return numbers.count == widths.count ? numbers : nil
  }
}
