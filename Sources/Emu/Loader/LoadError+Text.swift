// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension LoadError: CustomStringConvertible {
  /// One sentence for people: what is wrong, where, and what to do.
  public var description: String {
    if problem == .noHeader(nil) {
      return "\(file) is no multiboot kernel: there is no multiboot header in it "
        + "(kemu check \(file) says where it was looked for)"
    }
    return "\(file): \(problem)"
  }
}

extension LoadError.Problem: CustomStringConvertible {
  /// The sentence without the file's name.
  public var description: String {
    switch self {
    case .empty: "the file is empty"
    case .gzip(let failure): "\(failure)"
    case .noHeader(let miss):
      miss.map { "\($0)" }
        ?? "no multiboot header: is its section in the linker script, first, and in KEEP()?"

    case .headerTruncated(let bounds):
      "the multiboot1 header's fields at offset \(hex(bounds.offset)) go past the end of the file "
        + "(\(bounds.size) bytes)"
    case .unknownDemands(let offset, let flags):
      "the multiboot1 header at offset \(hex(offset)) demands what no loader knows: flags "
        + "\(hex(flags)); only bits 0, 1, 2 and 16 have a meaning"
    case .header(let invalid): "\(invalid)"
    case .unknownTag(let offset, let type):
      "the multiboot2 header's tag at offset \(hex(offset)) has the unknown type \(type) and is "
        + "not optional; set bit 0 of its flags if the kernel can do without"
    case .unknownRequest(let offset, let type):
      "the multiboot2 header's request at offset \(hex(offset)) asks for boot information of the "
        + "unknown type \(type) and is not optional; set bit 0 of its flags if the kernel can do "
        + "without"
    case .textRefused(let offset):
      "the multiboot2 header's console tag at offset \(hex(offset)) demands a console and does not "
        + "accept EGA text, which is the only one there is"
    case .noEntryTag(let offset):
      "the multiboot2 header has an address tag at offset \(hex(offset)) and no entry address tag "
        + "(type 3), so the first instruction is not known"
    case .entryTag(let offset, let entry):
      "the multiboot2 header's entry address tag at offset \(hex(offset)) says "
        + "\(hex(entry.value)), which is in nothing that is loaded: it must be a physical address"
    case .addresses(let offset, let flaw):
      "the address fields at offset \(hex(offset)) contradict each other or the file: \(flaw)"

    case .elf(let invalid): "\(invalid)"
    case .machine(let machine, let width):
      "the ELF\(width == .elf32 ? 32 : 64) file is for machine \(machine.rawValue) (offset 0x12), "
        + "not for x86: ELF32 must say 3 (i386) and ELF64 62 (x86-64)"
    case .type(let type): Self.type(type)
    case .dynamicallyLinked(let offset):
      "the file wants a dynamic linker (its name is at offset \(hex(offset))): link the kernel with "
        + "-static, without -shared and -pie"
    case .nothingToLoad: "the ELF file has no segment to load (no PT_LOAD program header)"
    case .segmentSizes(let index, let file, let memory):
      "segment \(index) has \(hex(file)) bytes in the file and only \(hex(memory)) in memory"
    case .segmentTruncated(let index, let bounds):
      "segment \(index) \(extent(bounds)): the file is cut off"
    case .segmentTooHigh(let index, let address, let size):
      "segment \(index) is to be loaded to physical address \(hex(address.value)), \(hex(size)) "
        + "bytes, but a loader reaches 4 GiB: give the section its load address in the linker "
        + "script, AT(ADDR(section) - base)"
    case .sectionTruncated(let index, let bounds):
      "section \(index) \(extent(bounds)): the file is cut off"
    case .entry(let entry):
      "the entry point \(hex(entry.value)) (offset 0x18) is in no segment that is loaded: does "
        + "ENTRY in the linker script name a symbol that exists?"

    case .overlap(let first, let second): "\(first) and \(second) overlap in memory"
    case .obstacle(let name, let range, let obstacle):
      "\(name) would fill \(hex(range.lowerBound.value)) to \(hex(range.upperBound.value)), "
        + "\(obstacle)"
    case .noPlace(let size, let wish):
      "the kernel takes \(hex(size)) bytes and wants to be loaded between \(hex(wish.lowest)) and "
        + "\(hex(wish.highest)), at a multiple of \(hex(wish.alignment)): there is no such place "
        + "in memory"
    case .noRoom(let name, let size, let ram):
      "there is no room for \(name), \(size) bytes, in \(ram >> 20) MiB of memory: give more with "
        + "--memory"
    }
  }

  private static func type(_ type: ELFFile.Kind) -> String {
    switch type {
    case .object: "this is an object file (ELF type 1), not a kernel yet: link it"
    case .core: "this is a memory dump (ELF type 4), not a kernel"
    default: "ELF type \(type.rawValue) (offset 0x10) is not that of a program: 2 is"
    }
  }
}

extension HeaderSearch.NearMiss: CustomStringConvertible {
  /// One sentence for people.
  public var description: String {
    let header = "\(bootProtocol) header at offset \(hex(offset))"
    switch flaw {
    case .misaligned:
      return "the \(header) is not at a multiple of \(bootProtocol.alignment): put .align "
        + "\(bootProtocol.alignment) before it"
    case .tooFar:
      return "the \(header) is not in the first \(bootProtocol.searchLength) bytes, where it is "
        + "looked for: put its section first in the linker script, and link with -n (no page "
        + "alignment in the file)"
    case .architecture(let number):
      return "the \(header) is for architecture \(number), not for i386 (0)"
    case .checksum(let found, let needed):
      let words = bootProtocol == .multiboot1 ? "magic + flags" : "magic + architecture + length"
      return "the \(header) has checksum \(hex(found)) but needs \(hex(needed)), -(\(words))"
    }
  }
}

extension Gzip.Failure: CustomStringConvertible {
  /// One sentence for people.
  public var description: String {
    switch self {
    case .broken(let offset, let reason):
      "the file is packed by gzip and broken at offset \(hex(offset)): \(reason)"
    case .truncated: "the file is packed by gzip and cut off"
    case .tooLarge:
      "the file is packed by gzip and unpacks to more than \(Gzip.limit >> 20) MiB"
    }
  }
}

extension Multiboot2Header.Invalid: CustomStringConvertible {
  /// One sentence for people.
  public var description: String {
    switch self {
    case .truncated(let bounds): "the multiboot2 header \(extent(bounds))"
    case .tagSize(let offset, let type, let size):
      "the multiboot2 header's tag of type \(type) at offset \(hex(offset)) says that it is \(size) "
        + "bytes long: that is too few for its type, or more than the header has left"
    case .noEndTag(let offset):
      "the multiboot2 header ends at offset \(hex(offset)) without the tag that ends it: two zero "
        + "16-bit words and the size 8, counted in the header's length"
    }
  }
}

extension ELFFile.Invalid: CustomStringConvertible {
  /// One sentence for people.
  public var description: String {
    switch self {
    case .notELF:
      "the file is no ELF file, and its multiboot header has no address fields that say how to "
        + "load it"
    case .unknownClass(let number):
      "the ELF file's class (offset 4) is \(number): 1 is for 32 bits, 2 for 64"
    case .bigEndian(let number):
      "the ELF file's byte order (offset 5) is \(number): only 1, lowest byte first, is x86"
    case .truncated(let part, let bounds): "the ELF file's \(part.rawValue) \(extent(bounds))"
    case .entrySize(let part, let size, let least):
      "the ELF file's \(part.rawValue) has entries of \(size) bytes: \(least) is the least"
    }
  }
}

extension LoadError.AddressFlaw: CustomStringConvertible {
  /// One clause for people.
  public var description: String {
    switch self {
    case .headerBelowLoad(let header, let load):
      "header_addr \(hex(header)) lies below load_addr \(hex(load))"
    case .beforeFile(let count):
      "load_addr lies \(hex(count)) bytes before the start of the file"
    case .endBelowLoad(let end, let load):
      "load_end_addr \(hex(end)) lies below load_addr \(hex(load))"
    case .bssBelowEnd(let bss, let end):
      "bss_end_addr \(hex(bss)) lies below the end of what is loaded, \(hex(end))"
    case .pastFile(let bounds): "what is to be loaded \(extent(bounds))"
    case .entryOutside(let entry, let range):
      "the entry point \(hex(entry.value)) is not in \(hex(range.lowerBound.value)) to "
        + "\(hex(range.upperBound.value))"
    }
  }
}

extension MemoryMap.Obstacle: CustomStringConvertible {
  /// One clause for people.
  public var description: String {
    switch self {
    case .biosData: "where the interrupt vectors and BIOS data are (below 0x500)"
    case .extendedBIOSData: "where the extended BIOS data area is (0x9fc00 to 0xa0000)"
    case .videoAndROM: "where VGA memory and ROMs are (0xa0000 to 0x100000)"
    case .biosTables(let needed):
      "where the BIOS keeps tables at the top of memory: --memory \(needed >> 20)M moves them"
    case .beyondRAM(let needed): "beyond the end of memory: --memory \(needed >> 20)M is enough"
    case .neverRAM:
      "where no PC has memory for a loader to fill, however large: it ends at 3 GiB"
    }
  }
}

/// "at offset 0x10 wants 8 bytes, but the file has 20".
private func extent(_ bounds: OutOfBounds) -> String {
  "at offset \(hex(bounds.offset)) is \(hex(bounds.count)) bytes long and goes past the end of the "
    + "file, which has \(hex(bounds.size))"
}
