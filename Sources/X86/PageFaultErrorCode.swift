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
  @inlinable public static var present: Self { Self(rawValue: 1 << 0) }
  /// W/R: the access was a write.
  @inlinable public static var write: Self { Self(rawValue: 1 << 1) }
  /// U/S: the access was made in user mode.
  @inlinable public static var user: Self { Self(rawValue: 1 << 2) }
  /// RSVD: a reserved bit was set in an entry.
  @inlinable public static var reserved: Self { Self(rawValue: 1 << 3) }
  /// I/D: the access was an instruction fetch.
  @inlinable public static var fetch: Self { Self(rawValue: 1 << 4) }
  /// PK: a protection key forbade the access.
  @inlinable public static var protectionKey: Self { Self(rawValue: 1 << 5) }
  /// SS: the access was a shadow-stack access.
  @inlinable public static var shadowStack: Self { Self(rawValue: 1 << 6) }
  /// HLAT: the fault arose in hypervisor-managed translation.
  @inlinable public static var hlat: Self { Self(rawValue: 1 << 7) }
  /// SGX: the fault is SGX's, not paging's.
  @inlinable public static var sgx: Self { Self(rawValue: 1 << 15) }

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

  /// The bits that are defined, from the lowest up.
  // swift-format-ignore
  public static var bits: InlineArray<9, Bit> {
    [
      //  bit             name    when 0                 when 1
      Bit(.present,       "P",    "page not present",    "page present, access not allowed"),
      Bit(.write,         "W/R",  "read",                "write"),
      Bit(.user,          "U/S",  "in supervisor mode",  "in user mode"),
      Bit(.reserved,      "RSVD", "",                    "reserved bit set in an entry"),
      Bit(.fetch,         "I/D",  "",                    "instruction fetch"),
      Bit(.protectionKey, "PK",   "",                    "forbidden by a protection key"),
      Bit(.shadowStack,   "SS",   "",                    "shadow-stack access"),
      Bit(.hlat,          "HLAT", "",                    "in hypervisor-managed translation"),
      Bit(.sgx,           "SGX",  "",                    "forbidden by SGX"),
    ]
  }
}
