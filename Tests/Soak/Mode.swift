// SPDX-License-Identifier: GPL-2.0-or-later

/// The mode in which a random guest begins.
enum Mode: String, CaseIterable {
  case real, virtual8086, protected16, protected32, compatibility16, compatibility32, long64

  /// How wide operands and addresses are by default, in bits.
  var width: Int {
    // swift-format-ignore
    switch self {
    case .real, .virtual8086, .protected16, .compatibility16: 16
    case .protected32, .compatibility32:                      32
    case .long64:                                             64
    }
  }

  /// Whether IA-32e mode is active.
  var isLong: Bool { self == .compatibility16 || self == .compatibility32 || self == .long64 }
}
