// SPDX-License-Identifier: GPL-2.0-or-later

/// An entry of the IDT: where the handler of a vector is, and who may call it.
///
/// Outside IA-32e mode an entry has eight bytes:
///
///      63                           48 47          40 39      35 34   32
///     ┌───────────────────────────────┬──────────────┬──────────┬───────┐
///     │         offset 31..16         │ P DPL 0 type │    –     │   –   │
///     └───────────────────────────────┴──────────────┴──────────┴───────┘
///      31                           16 15                              0
///     ┌───────────────────────────────┬─────────────────────────────────┐
///     │           selector            │          offset 15..0           │
///     └───────────────────────────────┴─────────────────────────────────┘
///
/// In IA-32e mode it has sixteen, and bits 34..32 of the first eight are the IST index:
///
///      127                                                            96
///     ┌─────────────────────────────────────────────────────────────────┐
///     │                            reserved                             │
///     └─────────────────────────────────────────────────────────────────┘
///      95                                                             64
///     ┌─────────────────────────────────────────────────────────────────┐
///     │                          offset 63..32                          │
///     └─────────────────────────────────────────────────────────────────┘
///
/// A task gate has a TSS selector for the selector, and no offset.
/// Intel SDM Vol. 3A §6.11 "IDT Descriptors", Figure 6-2; §6.14.1 "64-Bit Mode IDT", Figure 6-8.
public struct GateDescriptor: Hashable, Sendable {
  /// Bytes 0...7, little-endian.
  public let low: UInt64
  /// Bytes 8...15; 0 for an entry of eight bytes.
  public let high: UInt64

  /// The entry with these bytes.
  @inlinable public init(low: UInt64, high: UInt64 = 0) {
    self.low = low
    self.high = high
  }

  /// The entry of these fields; traps if `stack` is over 7, or if a gate of eight bytes would need
  /// more (that is for the caller to know: bits 63..32 of the offset go to the upper half).
  @inlinable public init(
    _ type: SystemSegmentType, selector: SegmentSelector, offset: UInt64,
    privilegeLevel: UInt8 = 0, stack: UInt8 = 0, isPresent: Bool = true
  ) {
    precondition(stack <= 7 && privilegeLevel <= 3, "gate field out of range")
    let access = UInt64(type.rawValue | privilegeLevel << 5 | (isPresent ? 0x80 : 0))
    low =
      (offset & 0xffff_0000) << 32 | access << 40 | UInt64(stack) << 32
      | UInt64(selector.rawValue) << 16 | offset & 0xffff
    high = offset >> 32
  }

  /// P, DPL, S and the type.
  @inlinable public var access: SegmentDescriptor.Access {
    SegmentDescriptor.Access(rawValue: UInt8(truncatingIfNeeded: low >> 40))
  }

  /// What the entry is; nil if that is nothing a system descriptor can be.
  @inlinable public var type: SystemSegmentType? { SystemSegmentType(access) }

  /// The handler's code segment, or a task gate's TSS.
  @inlinable public var selector: SegmentSelector {
    SegmentSelector(rawValue: UInt16(truncatingIfNeeded: low >> 16))
  }

  /// The handler's offset, from 16 bytes.
  @inlinable public var offset: UInt64 { high << 32 | UInt64(offset32) }

  /// The handler's offset, from 8 bytes; a 16-bit gate uses the lower half of it.
  @inlinable public var offset32: UInt32 {
    UInt32(truncatingIfNeeded: low >> 32 & 0xffff_0000 | low & 0xffff)
  }

  /// The IST index: 1...7 chooses a stack of the TSS's interrupt stack table, 0 none of them.
  @inlinable public var stack: UInt8 { UInt8(truncatingIfNeeded: low >> 32 & 7) }
}
