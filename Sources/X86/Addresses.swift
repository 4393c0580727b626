// SPDX-License-Identifier: GPL-2.0-or-later

/// An address on the memory bus, after translation.
///
/// The architecture allows 52 bits (Intel SDM Vol. 3A §4.1.4 "Enumeration of Paging Features by
/// CPUID", MAXPHYADDR); how many a processor has is its model's business, so every value is accepted.
public struct PhysAddr: Hashable, Comparable, Sendable {
  /// The address in bytes.
  public let value: UInt64

  /// The address `value`.
  @inlinable public init(_ value: UInt64) { self.value = value }

  /// Whether `a` lies below `b`.
  @inlinable public static func < (a: PhysAddr, b: PhysAddr) -> Bool { a.value < b.value }

  /// The address `offset` bytes above `base`; traps on overflow.
  @inlinable public static func + (base: PhysAddr, offset: UInt64) -> PhysAddr {
    PhysAddr(base.value + offset)
  }

  /// The distance in bytes from `b` up to `a`; traps if `a` lies below `b`.
  @inlinable public static func - (a: PhysAddr, b: PhysAddr) -> UInt64 { a.value - b.value }
}

/// A linear address: what a program's address is after segmentation and before paging.
///
/// Every 64-bit pattern is accepted, canonical or not, since the machine has to deal with both;
/// see `isCanonical`.
public struct VirtAddr: Hashable, Comparable, Sendable {
  /// The address in bytes.
  public let value: UInt64

  /// The address `value`.
  @inlinable public init(_ value: UInt64) { self.value = value }

  /// Whether `a` lies below `b`, both as unsigned numbers.
  @inlinable public static func < (a: VirtAddr, b: VirtAddr) -> Bool { a.value < b.value }

  /// The address `offset` bytes above `base`; traps on overflow.
  @inlinable public static func + (base: VirtAddr, offset: UInt64) -> VirtAddr {
    VirtAddr(base.value + offset)
  }

  /// The distance in bytes from `b` up to `a`; traps if `a` lies below `b`.
  @inlinable public static func - (a: VirtAddr, b: VirtAddr) -> UInt64 { a.value - b.value }

  /// Whether bits 63..47 are all equal, as 4-level paging asks
  /// (Intel SDM Vol. 1 §3.3.7.1 "Canonical Addressing").
  @inlinable public var isCanonical: Bool {
    UInt64(bitPattern: Int64(bitPattern: value << 16) >> 16) == value
  }
}
