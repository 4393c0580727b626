// SPDX-License-Identifier: GPL-2.0-or-later

/// The error code of #TS, #NP, #SS and #GP: the descriptor that was at fault, or 0.
///
///      31      16 15                               3   2     1     0
///     ┌──────────┬──────────────────────────────────┬─────┬─────┬─────┐
///     │ reserved │    index of the descriptor       │ TI  │ IDT │ EXT │
///     └──────────┴──────────────────────────────────┴─────┴─────┴─────┘
///
/// Intel SDM Vol. 3A §6.13 "Error Code", Figure 6-7.
public struct SelectorErrorCode: Hashable, Sendable {
  /// The code as it is pushed.
  public let rawValue: UInt32

  /// The code with these bits.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// No descriptor is at fault.
  @inlinable public init(isExternal: Bool) { rawValue = isExternal ? 1 : 0 }

  /// The descriptor of `selector` is at fault; its RPL is left out.
  @inlinable public init(_ selector: SegmentSelector, isExternal: Bool) {
    rawValue = UInt32(selector.rawValue & 0xfffc) | (isExternal ? 1 : 0)
  }

  /// The gate of `vector` is at fault.
  @inlinable public init(vector: UInt8, isExternal: Bool) {
    rawValue = UInt32(vector) << 3 | 2 | (isExternal ? 1 : 0)
  }

  /// EXT: the fault arose while an event other than INT n, INT3 or INTO was delivered.
  @inlinable public var isExternal: Bool { rawValue & 1 != 0 }

  /// The number of the entry in its table; the vector if that is the IDT.
  @inlinable public var index: Int { Int(rawValue >> 3 & 0x1fff) }

  /// The table that the index points into; nil if the code names no descriptor.
  @inlinable public var table: Table? {
    if rawValue & 0xfffe == 0 { return nil }
    if rawValue & 2 != 0 { return .idt }
    return rawValue & 4 != 0 ? .ldt : .gdt
  }

  /// The tables of descriptors.
  public enum Table: String, Sendable {
    case gdt = "GDT"
    case idt = "IDT"
    case ldt = "LDT"
  }
}

extension SelectorErrorCode: CustomStringConvertible {
  /// The code in words, such as `IDT entry 32, while an event was delivered`.
  public var description: String {
    let place =
      switch table {
      case .none: "no descriptor"
      case .gdt: "GDT entry \(index), selector 0x\(String(rawValue & 0xfffc, radix: 16))"
      case .ldt: "LDT entry \(index), selector 0x\(String(rawValue & 0xfffc, radix: 16))"
      case .idt: "IDT entry \(index)"
      }
    return isExternal ? place + ", while an event was delivered" : place
  }
}
