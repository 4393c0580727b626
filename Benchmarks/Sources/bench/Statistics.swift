// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// The middle value, or the mean of the two middle ones.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// The mean that suits ratios: half as fast and twice as fast make 1.
func geometricMean(_ values: [Double]) -> Double {
  exp(values.map { log($0) }.reduce(0, +) / Double(values.count))
}

/// `value` in decimal with `digits` places.
func fixed(_ value: Double, _ digits: Int) -> String {
  let scale = pow(10, Double(digits))
  let scaled = Int((abs(value) * scale).rounded())
  let text = String(scaled)
  let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
  let sign = value < 0 && scaled != 0 ? "-" : ""
  return digits == 0
    ? sign + padded : sign + padded.dropLast(digits) + "." + padded.suffix(digits)
}
