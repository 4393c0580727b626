// SPDX-License-Identifier: GPL-2.0-or-later

/// How many bytes one access moves; the raw value is that number.
public enum AccessWidth: UInt16, Hashable, Sendable {
  case byte = 1
  case word = 2
  case dword = 4

  /// All ones in this width: what an empty bus reads.
  @inlinable public var allOnes: UInt32 { ~0 >> (32 - 8 * UInt32(rawValue)) }
}
