// SPDX-License-Identifier: GPL-2.0-or-later

/// The clock's time and date in the form of its registers: decimal or binary, 12 or 24 hours.
///
/// Source: Motorola MC146818A data sheet, "Time, Calendar, and Alarm Locations", table 3.
enum RTCRegisters {
  /// The form that status register B chooses.
  struct Form: Equatable, Sendable {
    /// Bit 2: values in binary, not in decimal digits.
    var isBinary: Bool
    /// Bit 1: hours 0...23, not 1...12 with bit 7 for the afternoon.
    var has24Hours: Bool

    /// The form of this status register B.
    init(statusB: UInt8) {
      isBinary = statusB & 0x04 != 0
      has24Hours = statusB & 0x02 != 0
    }
  }

  // swift-format-ignore
  static let second = 0x00, minute = 0x02, hour  = 0x04, weekday = 0x06,
             day    = 0x07, month  = 0x08, year  = 0x09, century = 0x32

  /// Whether the register at `index` holds a part of the time or date.
  static func contains(_ index: Int) -> Bool {
    switch index {
    case second, minute, hour, weekday, day, month, year, century: true
    default: false
    }
  }

  /// What the register at `index` shows of `date`.
  static func encode(_ date: CalendarDate, index: Int, form: Form) -> UInt8 {
    switch index {
    case second: encode(date.second, form)
    case minute: encode(date.minute, form)
    case hour: encodeHour(date.hour, form)
    case weekday: encode(date.weekday, form)
    case day: encode(date.day, form)
    case month: encode(date.month, form)
    case year: encode(date.year % 100, form)
    default: encode(date.year / 100 % 100, form)
    }
  }

  /// The date that registers spell, read through `register`; the weekday is left out, since the
  /// others give it.
  static func decode(form: Form, register: (Int) -> UInt8) -> CalendarDate {
    CalendarDate(
      year: decode(register(century), form) * 100 + decode(register(year), form),
      month: decode(register(month), form),
      day: decode(register(day), form),
      hour: decodeHour(register(hour), form),
      minute: decode(register(minute), form),
      second: decode(register(second), form))
  }

  private static func encode(_ value: Int64, _ form: Form) -> UInt8 {
    UInt8(truncatingIfNeeded: form.isBinary ? value : (value / 10) << 4 | value % 10)
  }

  private static func decode(_ byte: UInt8, _ form: Form) -> Int64 {
    form.isBinary ? Int64(byte) : Int64(byte >> 4) * 10 + Int64(byte & 0xF)
  }

  private static func encodeHour(_ hour: Int64, _ form: Form) -> UInt8 {
    guard !form.has24Hours else { return encode(hour, form) }
    return encode((hour + 11) % 12 + 1, form) | (hour >= 12 ? 0x80 : 0)
  }

  private static func decodeHour(_ byte: UInt8, _ form: Form) -> Int64 {
    guard !form.has24Hours else { return decode(byte, form) }
    return decode(byte & 0x7F, form) % 12 + (byte & 0x80 != 0 ? 12 : 0)
  }
}
