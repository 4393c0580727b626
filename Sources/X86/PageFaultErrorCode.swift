// SPDX-License-Identifier: GPL-2.0-or-later

/// The error code of a page fault: what the access was, and what stopped it.
///
///      31      16  15   14    8   7    6    5    4    3    2    1    0
///     ┌──────────┬────┬────────┬────┬────┬────┬────┬────┬────┬────┬────┐
///     │ reserved │SGX │reserved│HLAT│ SS │ PK │I/D │RSVD│U/S │W/R │ P  │
///     └──────────┴────┴────────┴────┴────┴────┴────┴────┴────┴────┴────┘
///
/// Intel SDM Vol. 3A §4.7 "Page-Fault Exceptions", Figure 4-12 "Page-Fault Error Code".
public struct PageFaultErrorCode: OptionSet, Hashable, Sendable {
  /// The code as it is pushed.
  public let rawValue: UInt32

  /// The code with these bits.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// P: the page is present, and something else forbids the access.
  public static let present = PageFaultErrorCode(rawValue: 1 << 0)
  /// W/R: the access was a write.
  public static let write = PageFaultErrorCode(rawValue: 1 << 1)
  /// U/S: the access was made in user mode.
  public static let user = PageFaultErrorCode(rawValue: 1 << 2)
  /// RSVD: a reserved bit was set in an entry.
  public static let reserved = PageFaultErrorCode(rawValue: 1 << 3)
  /// I/D: the access was an instruction fetch.
  public static let fetch = PageFaultErrorCode(rawValue: 1 << 4)
  /// PK: a protection key forbade the access.
  public static let protectionKey = PageFaultErrorCode(rawValue: 1 << 5)
  /// SS: the access was a shadow-stack access.
  public static let shadowStack = PageFaultErrorCode(rawValue: 1 << 6)
  /// HLAT: the fault arose in hypervisor-managed translation.
  public static let hlat = PageFaultErrorCode(rawValue: 1 << 7)
  /// SGX: the fault is SGX's, not paging's.
  public static let sgx = PageFaultErrorCode(rawValue: 1 << 15)

  /// One bit of the code in words.
  public struct Bit: Sendable {
    /// The bit.
    public let bit: PageFaultErrorCode
    /// The manual's name.
    public let name: String
    /// What the bit says when it is 0; empty where that says nothing.
    public let clear: String
    /// What the bit says when it is 1.
    public let set: String

    init(_ bit: PageFaultErrorCode, _ name: String, _ clear: String, _ set: String) {
      self.bit = bit
      self.name = name
      self.clear = clear
      self.set = set
    }
  }

  /// The number of bits that are defined.
  public static let bitCount = 9

  /// Bit number `index` of the defined ones, 0..<`bitCount`, from the lowest up.
  public static func bit(_ index: Int) -> Bit {
    // swift-format-ignore
    switch index {
    //              bit             name    when 0                 when 1
    case 0: Bit(.present,       "P",    "page not present",    "page present, access not allowed")
    case 1: Bit(.write,         "W/R",  "read",                "write")
    case 2: Bit(.user,          "U/S",  "in supervisor mode",  "in user mode")
    case 3: Bit(.reserved,      "RSVD", "",                    "reserved bit set in an entry")
    case 4: Bit(.fetch,         "I/D",  "",                    "instruction fetch")
    case 5: Bit(.protectionKey, "PK",   "",                    "forbidden by a protection key")
    case 6: Bit(.shadowStack,   "SS",   "",                    "shadow-stack access")
    case 7: Bit(.hlat,          "HLAT", "",                    "in hypervisor-managed translation")
    case 8: Bit(.sgx,           "SGX",  "",                    "forbidden by SGX")
    default: fatalError("a page-fault error code has nine defined bits")
    }
  }
}
