// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Why a file cannot boot: what is wrong, where in the file, and what to do about it.
public struct LoadError: Error, Equatable, Sendable {
  /// The file that is at fault, as it was named.
  public var file: String
  /// What is wrong with it.
  public var problem: Problem

  /// What can be wrong. Offsets count from the start of the file, unpacked if it was packed.
  public enum Problem: Error, Equatable, Sendable {
    // The file
    case empty
    case gzip(Gzip.Failure)
    case noHeader(HeaderSearch.NearMiss?)

    // The header
    case headerTruncated(OutOfBounds)
    case unknownDemands(offset: UInt64, flags: UInt32)
    case header(Multiboot2Header.Invalid)
    case unknownTag(offset: UInt64, type: UInt16)
    case unknownRequest(offset: UInt64, type: UInt32)
    case textRefused(offset: UInt64)
    case noEntryTag(offset: UInt64)
    case entryTag(offset: UInt64, PhysAddr)
    case addresses(offset: UInt64, AddressFlaw)

    // The ELF file
    case elf(ELFFile.Invalid)
    case machine(ELFFile.Machine, ELFClass)
    case type(ELFFile.Kind)
    case dynamicallyLinked(offset: UInt64)
    case nothingToLoad
    case segmentSizes(index: Int, file: UInt64, memory: UInt64)
    case segmentTruncated(index: Int, OutOfBounds)
    case segmentTooHigh(index: Int, PhysAddr, size: UInt64)
    case sectionTruncated(index: Int, OutOfBounds)
    case entry(VirtAddr)

    // Memory
    case overlap(String, String)
    case obstacle(String, Range<PhysAddr>, MemoryMap.Obstacle)
    case noPlace(size: UInt64, Multiboot2Header.Relocation)
    case noRoom(String, size: UInt64, ram: UInt64)
  }

  /// What can be wrong with address fields.
  public enum AddressFlaw: Equatable, Sendable {
    /// The header would lie below the first byte loaded.
    case headerBelowLoad(header: UInt32, load: UInt32)
    /// The first byte loaded would lie this many bytes before the start of the file.
    case beforeFile(UInt64)
    /// What is loaded would end before it begins.
    case endBelowLoad(end: UInt32, load: UInt32)
    /// The zeros would end before what is loaded does.
    case bssBelowEnd(bss: UInt32, end: UInt64)
    /// What is loaded goes past the end of the file.
    case pastFile(OutOfBounds)
    /// The first instruction is not in what is loaded.
    case entryOutside(PhysAddr, Range<PhysAddr>)
  }
}

extension LoadError.Problem {
  /// Where in the file it is, if it is at one place.
  public var offset: UInt64? {
    switch self {
    case .noHeader(let miss): miss.map { UInt64($0.offset) }
    case .gzip(.broken(let offset, _)), .unknownDemands(let offset, _), .unknownTag(let offset, _),
      .unknownRequest(let offset, _), .textRefused(let offset), .noEntryTag(let offset),
      .entryTag(let offset, _),
      .addresses(let offset, _), .dynamicallyLinked(let offset),
      .header(.tagSize(let offset, _, _)), .header(.noEndTag(let offset)):
      offset
    case .headerTruncated(let bounds), .header(.truncated(let bounds)),
      .elf(.truncated(_, let bounds)), .segmentTruncated(_, let bounds),
      .sectionTruncated(_, let bounds):
      bounds.offset
    case .elf(.notELF): 0
    case .elf(.unknownClass): 4
    case .elf(.bigEndian): 5
    case .type: 16
    case .machine: 18
    case .entry: 24
    default: nil
    }
  }
}
