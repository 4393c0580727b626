// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A write to an address that would be the VGA's text memory, 0xB8000, but for one hexadecimal digit.
enum NearTextMemory {
  /// 80 by 25 cells of two bytes.
  private static let screen: Range<UInt64> = 0xb_8000..<0xb_8fa0

  static func diagnose(_ fault: FaultCase) -> Finding? {
    guard fault.reason == .notPresent, let address = fault.fault.cr2, !fault.isFetch,
      let slip = slip(address.value)
    else { return nil }
    return Finding(
      .nearTextMemory,
      cause:
        "\(fault.place) \(fault.accessInPast) \(address.text), where nothing is mapped. The text screen is at "
        + "0xb8000: \(slip).",
      lookFirst: "the address of the screen in \(fault.place)")
  }

  /// What is wrong with the digits; nil if more than one is.
  private static func slip(_ address: UInt64) -> String? {
    if screen.contains(address) { return nil }
    let digits = Array(String(address, radix: 16))
    switch digits.count {
    case 4 where (0xb800..<0xb8fa).contains(address):
      return "0xb800 is its segment in real mode, one digit short"
    case 5:
      // The offset on the screen can be anything.
      return [0, 1].contains { place in
        screen.contains {
          String($0, radix: 16).enumerated().allSatisfy { $0 == place || $1 == digits[$0] }
        }
      } ? "one digit is wrong" : nil
    case 6:
      return digits.indices.contains { place in
        var shorter = digits
        shorter.remove(at: place)
        return UInt64(String(shorter), radix: 16).map(screen.contains) ?? false
      } ? "this address has one digit too many" : nil
    default: return nil
    }
  }
}
