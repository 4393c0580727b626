// SPDX-License-Identifier: GPL-2.0-or-later

/// One region of a boot protocol's memory map.
public struct MultibootMemoryRegion: Equatable, Sendable {
  /// The first byte's physical address.
  public var start: PhysAddr
  /// Bytes.
  public var length: UInt64
  /// What may be done with it.
  public var kind: Kind

  /// A region of these.
  public init(start: PhysAddr, length: UInt64, kind: Kind) {
    self.start = start
    self.length = length
    self.kind = kind
  }

  /// The kinds of memory, by the numbers that both protocols and the BIOS (INT 15h, E820h) use.
  public struct Kind: Equatable, Sendable {
    /// The number.
    public var rawValue: UInt32

    /// The kind with this number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// RAM, free for use.
    public static let available = Kind(rawValue: 1)
    /// Not for use.
    public static let reserved = Kind(rawValue: 2)
    /// RAM with ACPI tables, free once they are read.
    public static let acpiReclaimable = Kind(rawValue: 3)
    /// RAM to be kept over hibernation.
    public static let nonVolatile = Kind(rawValue: 4)
    /// RAM that does not work.
    public static let defective = Kind(rawValue: 5)
  }
}
