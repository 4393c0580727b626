// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc
import X86

/// What answers at a physical address: RAM, the VGA's text memory, the BIOS ROM, or nothing.
///
///     0x0_0000_0000  RAM
///     0x0_000a_0000  nothing          VGA graphics memory, not modelled
///     0x0_000b_8000  text memory      32 KiB
///     0x0_000c_0000  nothing          adapter ROMs, not modelled
///     0x0_000f_0000  ROM              64 KiB: marks that software looks for, no code
///     0x0_0010_0000  RAM              up to 3 GiB
///     0x0_c000_0000  nothing          devices of a newer PC
///     0x1_0000_0000  RAM              what there is beyond 3 GiB
///
/// All of it lies in one block of host memory: what is below 4 GiB at its guest address, high RAM
/// behind that. The host gives pages as they are first used. Where nothing answers, and in a fence on
/// either side of the block, the host's memory is inaccessible: an access of ours that goes astray ends
/// kemu, and is not found in somebody else's data.
public final class PhysicalMemory: Sendable {
  /// The map that the guest was told of.
  public let map: MemoryMap

  /// The block's first byte.
  nonisolated(unsafe) let base: UnsafeMutableRawPointer
  /// The length of the block in bytes.
  let length: UInt64
  /// Where addresses lead in the block.
  // SAFETY: changed by the machine's own thread only, while its processor executes an OUT.
  nonisolated(unsafe) private(set) var decoder: AddressDecoder

  /// Whether address line 20 is open, as a PC's firmware leaves it.
  var a20: Bool {
    get { decoder.a20 }
    set { decoder.a20 = newValue }
  }

  /// Memory as it is at power-on, zeros but for the ROM; nil if the host has no address space for it.
  init?(_ map: MemoryMap) {
    self.map = map
    length = map.lowRAM + map.highRAM
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let fenced = mmap(nil, Int(length) + 2 * Self.fence, PROT_NONE, flags, -1, 0),
      fenced != MAP_FAILED
    else { return nil }
    base = fenced + Self.fence
    decoder = AddressDecoder(base: base, length: length, lowRAM: map.lowRAM)
    for part in parts {
      guard mprotect(base + Int(part.lowerBound), part.count, PROT_READ | PROT_WRITE) == 0 else {
        munmap(fenced, Int(length) + 2 * Self.fence)
        return nil
      }
    }
    // SAFETY: MemoryMap.smallest is 2 MiB.
    memset(base + Int(AddressDecoder.rom.lowerBound), 0xff, AddressDecoder.rom.count)
  }

  deinit { munmap(base - Self.fence, Int(length) + 2 * Self.fence) }

  /// Bytes of a fence: a large page, so that the block lies as the host likes it for those.
  private static let fence = 2 << 20

  /// What is accessible of the block.
  private var parts: [Range<UInt64>] {
    [0..<0xa_0000, 0xb_8000..<0xc_0000, AddressDecoder.rom.lowerBound..<length]
  }

  /// The offset in the block of what can be read and written at `address`; nil if nothing can.
  @inline(__always)
  func offset(of address: PhysAddr) -> UInt64? {
    decoder.offset(of: address)
  }

  /// The offset in the block of what can be read at `address`, the ROM included.
  @inline(__always)
  private func readableOffset(of address: PhysAddr) -> UInt64? {
    decoder.readableOffset(of: address)
  }
}

extension PhysicalMemory: PhysicalMemoryReader {
  /// The four bytes at `address`, all ones where nothing answers.
  @inline(__always)
  public func load32(_ address: PhysAddr) -> UInt32 { decoder.load32(address) }

  /// The eight bytes at `address`, all ones where nothing answers.
  @inline(__always)
  public func load64(_ address: PhysAddr) -> UInt64 { decoder.load64(address) }

  /// The byte at `address`, all ones where nothing answers.
  public func load8(_ address: PhysAddr) -> UInt8 { decoder.load8(address) }
}

extension PhysicalMemory {
  /// ORs `bits` into the byte at `address` and gives its offset in the block; nil if it is no RAM.
  func set(_ bits: UInt8, at address: PhysAddr) -> UInt64? {
    guard let offset = offset(of: address) else { return nil }
    // SAFETY: offset(of:) lies in the block.
    base.advanced(by: Int(offset)).assumingMemoryBound(to: UInt8.self).pointee |= bits
    return offset
  }

  /// Stores the lowest `bytes` (1...8) of `value` at `address`, within a page, and gives the offset in the
  /// block; nil, with nothing stored, where nothing can be.
  func store(_ value: UInt64, bytes: UInt64, at address: PhysAddr) -> UInt64? {
    guard let offset = offset(of: address) else { return nil }
    // SAFETY: the offset lies in the block, and whole pages of it belong to one answerer.
    withUnsafeBytes(of: value.littleEndian) {
      (base + Int(offset)).copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: Int(bytes))
    }
    return offset
  }

  /// Stores `value` at `offset` in the block, which `offset(of:)` has given.
  @inline(__always)
  func store(_ value: UInt64, atOffset offset: UInt64) {
    // SAFETY: the offset lies in the block, with all eight bytes in its page.
    base.storeBytes(of: value.littleEndian, toByteOffset: Int(offset), as: UInt64.self)
  }

  /// Lays `bytes` and then `zeroes` zero bytes into memory from `address` on, ROM included; false, and
  /// nothing is written, if there is not memory for all of it without a gap.
  func write(_ bytes: ArraySlice<UInt8>, zeroes: UInt64, at address: PhysAddr) -> Bool {
    let count = UInt64(bytes.count) + zeroes
    guard count > 0 else { return true }
    let end = PhysAddr(address.value &+ count &- 1)
    guard let start = readableOffset(of: address), let last = readableOffset(of: end),
      last &- start == count - 1, parts.contains(where: { $0.contains(start) && $0.contains(last) })
    else { return false }
    let target = base + Int(start)
    // SAFETY: both ends lie in one part of the block, as far apart as the bytes are many.
    bytes.withUnsafeBytes { source in
      if let from = source.baseAddress { target.copyMemory(from: from, byteCount: source.count) }
    }
    clear(from: start + UInt64(bytes.count), count: zeroes)
    return true
  }

  /// Zeroes `count` bytes of the block; whole pages without touching them.
  private func clear(from offset: UInt64, count: UInt64) {
    let page: UInt64 = 4096
    let firstPage = (offset + page - 1) & ~(page - 1)
    let lastPage = (offset + count) & ~(page - 1)
    guard firstPage < lastPage else {
      memset(base + Int(offset), 0, Int(count))
      return
    }
    memset(base + Int(offset), 0, Int(firstPage - offset))
    // Private anonymous memory reads as zeros once it was given back.
    madvise(base + Int(firstPage), Int(lastPage - firstPage), MADV_DONTNEED)
    memset(base + Int(lastPage), 0, Int(offset + count - lastPage))
  }

  /// 1, 2 or 4 bytes, little-endian, of a page that is not RAM.
  func readDevice(_ address: PhysAddr, bytes: UInt32) -> UInt64 {
    (0..<UInt64(bytes)).reduce(0) { $0 | UInt64(load8(PhysAddr(address.value &+ $1))) << ($1 * 8) }
  }

  /// `count` bytes from `address` on; where nothing answers, all ones.
  public func read(_ count: Int, at address: PhysAddr) -> [UInt8] {
    (0..<UInt64(count)).map { load8(PhysAddr(address.value &+ $0)) }
  }

  /// The VGA's 32 KiB of text memory, from 0xB8000 on.
  var textMemory: UnsafeMutableRawBufferPointer {
    // SAFETY: the block is larger than 1 MiB on every machine (MemoryMap.smallest).
    UnsafeMutableRawBufferPointer(
      start: base + Int(VGAText.memory.value), count: Int(VGAText.memorySize))
  }

  /// Fills text memory as the BIOS and GRUB leave it: blanks, light grey on black.
  func blankScreen() {
    textMemory.bindMemory(to: UInt16.self).update(repeating: TextCell.blank.bits.littleEndian)
  }
}
