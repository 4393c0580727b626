// SPDX-License-Identifier: GPL-2.0-or-later

/// The VGA's colour table: 256 entries of red, green and blue, six bits each.
///
/// Source: IBM VGA Technical Reference, "Video Digital-to-Analog Converter".
struct VGADAC: Equatable, Sendable {
  /// The pixel mask.
  var mask: UInt8 = 0xFF
  /// Where the next component is written.
  private(set) var writeIndex: UInt8 = 0
  private var readIndex: UInt8 = 0
  /// The component that comes next, 0...2.
  private var component = 0
  private var isReading = false
  private var components: [UInt8]

  /// A table with the 64 colours of the EGA, as text modes have it, and black for the rest.
  init() {
    components = [UInt8](repeating: 0, count: 256 * 3)
    for entry in 0..<64 {
      for component in 0..<3 {
        // entry: 5 4 3 are one third of red, green, blue; 2 1 0 are two thirds.
        let third = entry >> (5 - component) & 1
        let twoThirds = entry >> (2 - component) & 1
        components[3 * entry + component] = UInt8(0x15 * third + 0x2A * twoThirds)
      }
    }
  }

  /// The state register: 3 while the table is being read, 0 while it is being written.
  var state: UInt8 { isReading ? 3 : 0 }

  mutating func startReading(at index: UInt8) {
    isReading = true
    readIndex = index
    component = 0
  }

  mutating func startWriting(at index: UInt8) {
    isReading = false
    writeIndex = index
    component = 0
  }

  mutating func read() -> UInt8 {
    let value = components[3 * Int(readIndex) + component]
    if nextComponentIsNewEntry() { readIndex &+= 1 }
    return value
  }

  mutating func write(_ value: UInt8) {
    components[3 * Int(writeIndex) + component] = value & 0x3F
    if nextComponentIsNewEntry() { writeIndex &+= 1 }
  }

  private mutating func nextComponentIsNewEntry() -> Bool {
    component = (component + 1) % 3
    return component == 0
  }
}
