// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The PC's memory map for a given amount of RAM: what is where, and what the BIOS says of it.
///
/// It is the map that SeaBIOS reports (INT 15h, E820h) on QEMU's `pc` machine. With 128 MiB:
///
///     0x0000_0000  639 KiB    available   the first 0x500 bytes belong to the BIOS
///     0x0009_fc00  1 KiB      reserved    extended BIOS data area
///     0x000a_0000  384 KiB    --          VGA memory and adapter ROMs; no RAM
///     0x000f_0000  64 KiB     reserved    BIOS (within the 384 KiB)
///     0x0010_0000  ...        available
///     0x07fe_0000  128 KiB    reserved    BIOS tables, at the top of RAM
///     0xfffc_0000  256 KiB    reserved    BIOS ROM
///     0x1_0000_0000 ...       available   what RAM there is beyond 3 GiB
public struct MemoryMap: Equatable, Sendable {
  /// Bytes of RAM, a multiple of 4 KiB.
  public let ramSize: UInt64

  /// The least RAM a machine may have: enough for the BIOS and a small kernel.
  public static let smallest: UInt64 = 2 << 20
  /// The most.
  public static let largest: UInt64 = 64 << 30
  /// RAM from 0xC0000000 on is found at 4 GiB; devices have the addresses between.
  public static let lowLimit: UInt64 = 3 << 30

  /// Why a PC cannot have so much RAM.
  public enum Invalid: Error, Equatable, Sendable, CustomStringConvertible {
    /// Less than `smallest`.
    case tooSmall(UInt64)
    /// More than `largest`.
    case tooLarge(UInt64)
    /// Not a multiple of 4 KiB.
    case notWholePages(UInt64)

    /// One sentence for people.
    public var description: String {
      switch self {
      case .tooSmall(let size): "\(size) bytes of memory are too few: 2 MiB is the least"
      case .tooLarge(let size): "\(size) bytes of memory are too many: 64 GiB is the most"
      case .notWholePages(let size): "\(size) bytes of memory are not a multiple of 4 KiB"
      }
    }
  }

  /// The map of a machine with `ramSize` bytes of RAM.
  public init(ramSize: UInt64) throws(Invalid) {
    guard ramSize >= Self.smallest else { throw .tooSmall(ramSize) }
    guard ramSize <= Self.largest else { throw .tooLarge(ramSize) }
    guard ramSize % 4096 == 0 else { throw .notWholePages(ramSize) }
    self.init(valid: ramSize)
  }

  private init(valid ramSize: UInt64) { self.ramSize = ramSize }

  /// The map of a machine with 128 MiB.
  public static let standard = MemoryMap(valid: 128 << 20)

  /// Bytes of RAM below 4 GiB, the 384 KiB that lie under VGA and ROMs included.
  public var lowRAM: UInt64 { min(ramSize, Self.lowLimit) }

  /// Bytes of RAM from 4 GiB on.
  public var highRAM: UInt64 { ramSize - lowRAM }
}

extension MemoryMap {
  /// KiB of RAM from 0, as boot protocols report it.
  public var lowerKiB: UInt32 { 639 }

  /// KiB of RAM from 1 MiB to the first hole, as boot protocols report it.
  public var upperKiB: UInt32 { UInt32((lowRAM - Self.biosTables - (1 << 20)) >> 10) }

  /// What the BIOS reports, in ascending order.
  public var regions: [MultibootMemoryRegion] {
    let fourGiB: UInt64 = 4 << 30
    let tables = lowRAM - Self.biosTables
    // swift-format-ignore
    let rows: [(start: UInt64, end: UInt64, kind: MultibootMemoryRegion.Kind)] = [
      (0,           0x9_FC00,           .available),
      (0x9_FC00,    0xA_0000,           .reserved),
      (0xF_0000,    0x10_0000,          .reserved),
      (0x10_0000,   tables,             .available),
      (tables,      lowRAM,             .reserved),
      (0xFFFC_0000, fourGiB,            .reserved),
      (fourGiB,     fourGiB + highRAM,  .available),
    ]
    return rows.filter { $0.start < $0.end }.map {
      MultibootMemoryRegion(start: PhysAddr($0.start), length: $0.end - $0.start, kind: $0.kind)
    }
  }

  /// The ranges below 4 GiB that a boot loader may fill, in ascending order.
  public var loadable: [Range<PhysAddr>] {
    [
      PhysAddr(0x500)..<PhysAddr(0x9_FC00),
      PhysAddr(0x10_0000)..<PhysAddr(lowRAM - Self.biosTables),
    ]
  }

  /// Whether all of `range` is RAM, used by the BIOS or not.
  public func contains(_ range: Range<PhysAddr>) -> Bool {
    let ram: [Range<UInt64>] = [0..<0xA_0000, 0x10_0000..<lowRAM, 4 << 30..<4 << 30 + highRAM]
    return ram.contains {
      $0.lowerBound <= range.lowerBound.value && range.upperBound.value <= $0.upperBound
    }
  }

  // What SeaBIOS keeps at the top of low RAM for ACPI and SMBIOS tables.
  private static let biosTables: UInt64 = 128 << 10
}

extension MemoryMap {
  /// What keeps a boot loader from filling a range.
  public enum Obstacle: Equatable, Sendable {
    /// 0...0x4FF: interrupt vectors and the BIOS data area.
    case biosData
    /// 0x9FC00...0x9FFFF.
    case extendedBIOSData
    /// 0xA0000...0xFFFFF.
    case videoAndROM
    /// The last 128 KiB of low RAM, reserved for tables of the BIOS; RAM of `needed` bytes moves
    /// them out of the way.
    case biosTables(needed: UInt64)
    /// No RAM; RAM of `needed` bytes would be enough.
    case beyondRAM(needed: UInt64)
    /// No RAM on any PC of this kind: from 3 GiB up to 4 GiB, or past what a loader reaches.
    case neverRAM

    /// Whether more RAM would do.
    fileprivate var isCuredByRAM: Bool {
      switch self {
      case .biosTables, .beyondRAM: true
      default: false
      }
    }
  }

  /// The least whole number of MiB, in bytes, with which a loader may fill RAM up to `end`.
  private static func ramNeeded(toFillUpTo end: PhysAddr) -> UInt64 {
    let megabyte: UInt64 = 1 << 20
    return (end.value + biosTables + megabyte - 1) / megabyte * megabyte
  }

  /// What keeps a boot loader from filling one of `ranges`, and which one; nil if nothing does.
  ///
  /// What no amount of RAM helps against comes first; `needed` is what is enough for all of them.
  public func obstacle(in ranges: [Range<PhysAddr>]) -> (index: Int, Obstacle)? {
    let obstacles = ranges.indices.compactMap { index in
      obstacle(in: ranges[index]).map { (index: index, obstacle: $0) }
    }
    guard let first = obstacles.first(where: { !$0.obstacle.isCuredByRAM }) ?? obstacles.first,
      let end = ranges.map(\.upperBound).max()
    else { return nil }
    let needed = Self.ramNeeded(toFillUpTo: end)
    return switch first.obstacle {
    case .biosTables: (first.index, .biosTables(needed: needed))
    case .beyondRAM: (first.index, .beyondRAM(needed: needed))
    default: (first.index, first.obstacle)
    }
  }

  /// What keeps a boot loader from filling `range`; nil if nothing does.
  public func obstacle(in range: Range<PhysAddr>) -> Obstacle? {
    if loadable.contains(where: { $0.contains(range) }) || range.isEmpty { return nil }
    let (start, end) = (range.lowerBound.value, range.upperBound.value)
    if start < 0x500 { return .biosData }
    if start < 0x10_0000 {
      return start < 0xA_0000 && end <= 0xA_0000 ? .extendedBIOSData : .videoAndROM
    }
    guard end <= Self.lowLimit - Self.biosTables else { return .neverRAM }
    let needed = Self.ramNeeded(toFillUpTo: range.upperBound)
    return end <= lowRAM ? .biosTables(needed: needed) : .beyondRAM(needed: needed)
  }
}

extension Range<PhysAddr> {
  /// Whether all of `other` lies in this range.
  func contains(_ other: Range<PhysAddr>) -> Bool {
    lowerBound <= other.lowerBound && other.upperBound <= upperBound
  }
}
