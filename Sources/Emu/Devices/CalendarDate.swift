// SPDX-License-Identifier: GPL-2.0-or-later

/// A date and time of day of the Gregorian calendar, in UTC.
public struct CalendarDate: Equatable, Sendable {
  /// Any year; 0 is the one before 1.
  public var year: Int64
  /// 1...12.
  public var month: Int64
  /// 1...31.
  public var day: Int64
  /// 0...23.
  public var hour: Int64
  /// 0...59.
  public var minute: Int64
  /// 0...59.
  public var second: Int64

  /// The moment with these fields.
  public init(
    year: Int64, month: Int64, day: Int64, hour: Int64 = 0, minute: Int64 = 0, second: Int64 = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }
}

// Years are counted from March, so that the leap day comes last, and in eras of 400 years, which all
// have 146 097 days; day 0 of era 0 is 0000-03-01, 719 468 days before 1970-01-01.
extension CalendarDate {
  private static let secondsPerDay: Int64 = 86_400
  private static let daysPerEra: Int64 = 146_097
  private static let daysBefore1970: Int64 = 719_468

  /// The date `seconds` after 1970-01-01T00:00:00Z; any value is a date.
  public init(secondsSince1970 seconds: Int64) {
    let days = seconds.flooredQuotient(Self.secondsPerDay) + Self.daysBefore1970
    let time = seconds.flooredRemainder(Self.secondsPerDay)
    let era = days.flooredQuotient(Self.daysPerEra)
    let dayOfEra = days.flooredRemainder(Self.daysPerEra)
    // One day less per 4 years, one more per century, one less for the last day of the era.
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    // From March, every five months have 153 days.
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    year = 400 * era + yearOfEra + (month <= 2 ? 1 : 0)
    hour = time / 3600
    minute = time / 60 % 60
    second = time % 60
  }

  /// Seconds since 1970-01-01T00:00:00Z; fields out of range carry over, as in a mktime.
  ///
  /// Every field must be small (a clock chip's are 0...255, the year 0...25 755).
  public var secondsSince1970: Int64 {
    let monthFromMarch = (month + 9).flooredRemainder(12)
    let yearFromMarch = year + (month - 3).flooredQuotient(12)
    let era = yearFromMarch.flooredQuotient(400)
    let yearOfEra = yearFromMarch.flooredRemainder(400)
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfEra = 365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * Self.daysPerEra + dayOfEra - Self.daysBefore1970
    return ((days * 24 + hour) * 60 + minute) * 60 + second
  }

  /// The day of the week, 1 for Sunday to 7 for Saturday.
  var weekday: Int64 {
    // 1970-01-01 was a Thursday.
    (secondsSince1970.flooredQuotient(Self.secondsPerDay) + 4).flooredRemainder(7) + 1
  }
}

extension Int64 {
  /// The quotient rounded towards minus infinity; the divisor must be positive.
  fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
    self / divisor - (self % divisor < 0 ? 1 : 0)
  }

  /// What the floored quotient leaves, 0..<divisor.
  fileprivate func flooredRemainder(_ divisor: Int64) -> Int64 {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}
