// SPDX-License-Identifier: GPL-2.0-or-later

/// Numbers, sizes and spans of time as people write them on a command line.
public enum Quantity {
  /// The number that `text` says: decimal, or hexadecimal after 0x; _ may stand between digits.
  public static func number(_ text: some StringProtocol) throws(OptionError) -> UInt64 {
    let isHexadecimal = text.hasPrefix("0x") || text.hasPrefix("0X")
    let digits = isHexadecimal ? text.dropFirst(2) : text[...]
    let radix = isHexadecimal ? 16 : 10
    guard let first = digits.first, let last = digits.last, first != "_", last != "_",
      digits.allSatisfy({ $0 == "_" || ($0.isASCII && isDigit($0, radix: radix)) })
    else { throw .notANumber(String(text)) }
    guard let value = UInt64(String(digits.filter { $0 != "_" }), radix: radix) else {
      throw .tooLarge(String(text))
    }
    return value
  }

  /// What a number that ends in K, M or G would be if these stood for powers of 1000; nil for other
  /// text. Only a hint: what they stand for in a number without a unit is anyone's guess.
  static func decimal(_ text: String) -> UInt64? {
    let factors: [Character: UInt64] = ["K": 1_000, "M": 1_000_000, "G": 1_000_000_000]
    guard let last = text.last, let factor = factors[Character(last.uppercased())],
      let value = try? number(text.dropLast())
    else { return nil }
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }

  /// The size in bytes that `text` says: a number, then nothing, K, M or G (powers of 1024).
  public static func size(_ text: some StringProtocol) throws(OptionError) -> UInt64 {
    // B is a hexadecimal digit and no unit here, so the last letter alone tells.
    let shift: UInt64? =
      switch text.last {
      case "K", "k": 10
      case "M", "m": 20
      case "G", "g": 30
      default: nil
      }
    let value: UInt64
    do {
      value = try number(shift == nil ? text[...] : text.dropLast())
    } catch {
      if case .tooLarge = error { throw .tooLarge(String(text)) }
      throw .notASize(String(text))
    }
    let (bytes, overflow) = value.multipliedReportingOverflow(by: 1 << (shift ?? 0))
    if overflow { throw .tooLarge(String(text)) }
    return bytes
  }

  /// The span of time that `text` says in seconds, nanoseconds after the point at most.
  public static func seconds(_ text: some StringProtocol) throws(OptionError) -> Duration {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? String(parts[1]) : ""
    guard let whole = parts.first, !(whole.isEmpty && fraction.isEmpty), fraction.count <= 9,
      (whole + fraction).allSatisfy({ $0.isASCII && isDigit($0, radix: 10) })
    else { throw .notSeconds(String(text)) }
    let padded = fraction + String(repeating: "0", count: 9 - fraction.count)
    // A billion seconds is 31 years, and a billion times a billion still fits.
    guard let seconds = UInt64(whole.isEmpty ? "0" : whole), seconds <= 1_000_000_000,
      let nanoseconds = Int64(padded)
    else { throw .tooLarge(String(text)) }
    return .seconds(Int64(seconds)) + .nanoseconds(nanoseconds)
  }

  private static func isDigit(_ character: Character, radix: Int) -> Bool {
    guard let value = character.hexDigitValue else { return false }
    return value < radix
  }
}

extension Duration {
  /// The whole span in nanoseconds; 0 for a negative one.
  var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    return UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds)) / 1_000_000_000
  }
}
