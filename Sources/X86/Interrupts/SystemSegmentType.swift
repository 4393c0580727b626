// SPDX-License-Identifier: GPL-2.0-or-later

/// What a descriptor with S = 0 describes; the raw value is its type field.
///
/// The types that are missing here are reserved. In IA-32e mode 2, 9, 11, 12, 14 and 15 are left:
/// an LDT, a 64-bit TSS, 64-bit gates; the rest are reserved there too.
/// Intel SDM Vol. 3A §3.5 "System Descriptor Types", Table 3-2 "System-Segment and Gate-Descriptor
/// Types".
public enum SystemSegmentType: UInt8, CaseIterable, Sendable {
  case availableTSS16 = 1
  case ldt = 2
  case busyTSS16 = 3
  case callGate16 = 4
  case taskGate = 5
  case interruptGate16 = 6
  case trapGate16 = 7
  case availableTSS = 9
  case busyTSS = 11
  case callGate = 12
  case interruptGate = 14
  case trapGate = 15

  /// The type of a descriptor with this access byte; nil for code, data, and reserved types.
  @inlinable public init?(_ access: SegmentDescriptor.Access) {
    guard access.rawValue & 1 << 4 == 0 else { return nil }
    self.init(rawValue: access.type)
  }

  /// The type in words.
  public var name: String {
    // swift-format-ignore
    switch self {
    case .availableTSS16:  "available 16-bit TSS"
    case .ldt:             "LDT"
    case .busyTSS16:       "busy 16-bit TSS"
    case .callGate16:      "16-bit call gate"
    case .taskGate:        "task gate"
    case .interruptGate16: "16-bit interrupt gate"
    case .trapGate16:      "16-bit trap gate"
    case .availableTSS:    "available TSS"
    case .busyTSS:         "busy TSS"
    case .callGate:        "call gate"
    case .interruptGate:   "interrupt gate"
    case .trapGate:        "trap gate"
    }
  }
}
