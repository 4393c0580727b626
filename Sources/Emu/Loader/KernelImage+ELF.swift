// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension KernelImage {
  /// Reads the image from an ELF file's program headers: each goes to its physical address.
  init(_ elf: ELFFile, name: String) throws(LoadError.Problem) {
    try Self.checkKind(of: elf)
    let loaded = elf.segments.enumerated().filter {
      $0.element.type == .load && $0.element.memorySize > 0
    }
    var parts: [LoadPlan.Write] = []
    for (index, segment) in loaded {
      parts.append(try Self.part(segment, index, of: elf, name: name))
    }
    guard !parts.isEmpty else { throw .nothingToLoad }
    let segments = loaded.map(\.element)
    guard let entry = Self.physicalEntry(elf.entry, in: segments) else {
      throw .entry(elf.entry)
    }
    self.init(parts: parts, entry: entry.address)
    if entry.wasPhysical {
      warnings.append(
        "the entry point \(hex(elf.entry.value)) is a physical address and in no segment's virtual "
          + "range: GRUB refuses that")
    }
    if elf.type == .shared {
      warnings.append(
        "the file is position-independent (ELF type 3): it is loaded where it was linked, and its "
          + "relocations are left to it")
    }
  }

  private static func checkKind(of elf: ELFFile) throws(LoadError.Problem) {
    switch (elf.width, elf.machine) {
    case (.elf32, .i386), (.elf64, .x86_64): break
    default: throw .machine(elf.machine, elf.width)
    }
    guard elf.type == .executable || elf.type == .shared else { throw .type(elf.type) }
    if let interpreter = elf.segments.first(where: { $0.type == .interpreter }) {
      throw .dynamicallyLinked(offset: interpreter.offset)
    }
  }

  private static func part(
    _ segment: ELFFile.Segment, _ index: Int, of elf: ELFFile, name: String
  ) throws(LoadError.Problem) -> LoadPlan.Write {
    guard segment.fileSize <= segment.memorySize else {
      throw .segmentSizes(index: index, file: segment.fileSize, memory: segment.memorySize)
    }
    let fourGiB: UInt64 = 4 << 30
    let size = segment.memorySize
    guard size <= fourGiB, segment.physical.value <= fourGiB - size else {
      throw .segmentTooHigh(index: index, segment.physical, size: size)
    }
    do throws(OutOfBounds) {
      var reader = ByteReader(elf.bytes, at: segment.fileSize == 0 ? 0 : segment.offset)
      return LoadPlan.Write(
        address: segment.physical, bytes: try reader.take(segment.fileSize),
        zeroes: size - segment.fileSize, name: "segment \(index) of \(name)")
    } catch {
      throw .segmentTruncated(index: index, error)
    }
  }

  // As GRUB does: the address is a virtual one, and its segment says which physical one that is.
  // QEMU takes it for physical; a kernel made for QEMU alone may have one that fits only so.
  private static func physicalEntry(
    _ entry: VirtAddr, in segments: [ELFFile.Segment]
  ) -> (address: PhysAddr, wasPhysical: Bool)? {
    for segment in segments
    where segment.virtual <= entry && entry - segment.virtual < segment.memorySize {
      return (segment.physical + (entry - segment.virtual), false)
    }
    let physical = PhysAddr(entry.value)
    for segment in segments
    where segment.physical <= physical && physical - segment.physical < segment.memorySize {
      return (physical, true)
    }
    return nil
  }
}
