// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The kernel's section headers as it gets them: those of its file, with the addresses of the
/// sections that the loader lays into memory besides the segments.
///
/// As GRUB does, that is every section with bytes and without an address: symbols, strings, debug
/// information. A kernel that prints names in its own backtraces finds them there.
struct SectionTable {
  /// How many headers.
  let count: UInt32
  /// Bytes of each.
  let entrySize: UInt32
  /// The index of the section that holds their names.
  let nameSection: UInt32
  /// The headers.
  private(set) var headers: [UInt8]

  /// The headers of `elf` as they are in the file; nil if it has none.
  init?(_ elf: ELFFile) {
    guard !elf.sections.isEmpty else { return nil }
    count = UInt32(truncatingIfNeeded: elf.sections.count)
    entrySize = UInt32(elf.width.sectionHeaderSize)
    nameSection = elf.nameSection
    headers = elf.sections.indices.flatMap { elf.header(ofSection: $0) }
  }

  /// Finds places for the sections of `elf` that have none, and enters them into the headers.
  mutating func place(
    _ elf: ELFFile, in free: inout FreeMemory, of map: MemoryMap, kernel: String
  ) throws(LoadError.Problem) -> [LoadPlan.Write] {
    var writes: [LoadPlan.Write] = []
    for (index, section) in elf.sections.enumerated() where section.needsPlace {
      guard let bytes = elf.contents(of: section) else {
        throw .sectionTruncated(
          index: index,
          OutOfBounds(
            offset: section.offset, count: section.size, size: UInt64(elf.bytes.count)))
      }
      let name = "section \(elf.name(of: section)) of \(kernel)"
      guard let address = free.take(section.size, alignment: section.safeAlignment) else {
        throw .noRoom(name, size: section.size, ram: map.ramSize)
      }
      writes.append(LoadPlan.Write(address: address, bytes: bytes, zeroes: 0, name: name))
      setAddress(address, ofSection: index, elf.width)
    }
    return writes
  }

  private mutating func setAddress(_ address: PhysAddr, ofSection index: Int, _ width: ELFClass) {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt32(truncatingIfNeeded: address.value))
    let start = index * Int(entrySize) + width.sectionAddressOffset
    headers.replaceSubrange(start..<start + 4, with: bytes)
  }
}

extension ELFSectionHeader {
  fileprivate var needsPlace: Bool {
    address.value == 0 && size > 0 && type != .null && type != .zeroes
  }

  // A number that is no power of two is an error in the file; so is one beyond a page.
  fileprivate var safeAlignment: UInt64 {
    alignment.nonzeroBitCount == 1 ? min(alignment, 4096) : 1
  }
}
