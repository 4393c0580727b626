// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Where physical addresses lead in the block of a `PhysicalMemory`, as a plain value.
///
/// The map is `PhysicalMemory`'s. What reads memory on a hot path holds one of these: nothing is counted
/// when it is copied. It is valid as long as its memory lives and the A20 gate stays as it is.
struct AddressDecoder: PhysicalMemoryReader {
  /// The block's first byte.
  private let base: UnsafeMutableRawPointer
  /// Where high RAM begins in the block, and where it ends in the guest's addresses.
  private let lowRAM, highEnd: UInt64
  /// The address lines that are not held at 0.
  private var lines = ~UInt64(0)

  /// The decoder of the block of `length` bytes at `base`.
  init(base: UnsafeMutableRawPointer, length: UInt64, lowRAM: UInt64) {
    (self.base, self.lowRAM) = (base, lowRAM)
    highEnd = Self.highStart + length - lowRAM
  }

  /// Whether address line 20 is open. Closed, it is 0 in every address that leaves the processor:
  /// programs', those of page tables and of what it reads for itself.
  var a20: Bool {
    get { lines == ~0 }
    set { lines = newValue ? ~0 : ~(1 << 20) }
  }

  /// The offset in the block of what can be read and written at `address`; nil if nothing can.
  @inline(__always)
  func offset(of address: PhysAddr) -> UInt64? {
    let address = address.value & lines
    // swift-format-ignore
    return switch address {
    case ..<0xa_0000:              address
    case 0xb_8000..<0xc_0000:      address
    case 0x10_0000..<lowRAM:       address
    case Self.highStart..<highEnd: address - Self.highStart + lowRAM
    default:                       nil
    }
  }

  /// The offset in the block of what can be read at `address`, the ROM included.
  @inline(__always)
  func readableOffset(of address: PhysAddr) -> UInt64? {
    let gated = address.value & lines
    return Self.rom.contains(gated) ? gated : offset(of: address)
  }

  /// The address that belongs to an offset in the block.
  @inline(__always)
  func address(ofOffset offset: UInt64) -> PhysAddr {
    PhysAddr(offset < lowRAM ? offset : offset - lowRAM + Self.highStart)
  }

  @inline(__always)
  func load8(_ address: PhysAddr) -> UInt8 { load(address) ?? ~0 }
  @inline(__always)
  func load32(_ address: PhysAddr) -> UInt32 { load(address) ?? ~0 }
  @inline(__always)
  func load64(_ address: PhysAddr) -> UInt64 { load(address) ?? ~0 }

  /// The value at `address`; nil where nothing answers. Must not cross a page.
  @inline(__always)
  private func load<Value: FixedWidthInteger>(_ address: PhysAddr) -> Value? {
    guard let offset = readableOffset(of: address) else { return nil }
    // SAFETY: the offset lies in the block, and whole pages of it belong to one answerer.
    return base.loadUnaligned(fromByteOffset: Int(offset), as: Value.self)
  }

  static let highStart: UInt64 = 4 << 30
  static let rom: Range<UInt64> = 0xf_0000..<0x10_0000
}
