// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A kernel's file, understood: its boot protocol, and what of it goes to memory.
struct BootableKernel {
  /// The protocol of the header that was found.
  var bootProtocol: HeaderSearch.BootProtocol
  /// What goes to memory.
  var image: KernelImage
  /// The file's ELF tables, for symbols; nil if it is no ELF file.
  var elf: ELFFile?
  /// Whether the ELF tables, and not address fields, said what goes to memory.
  var isLoadedAsELF: Bool

  /// Reads the header and the image it describes; multiboot2 is preferred where both are there,
  /// since GRUB's `multiboot2` is what kernels with both headers are used with.
  init(_ file: [UInt8], name: String, memory: MemoryMap) throws(LoadError.Problem) {
    guard !file.isEmpty else { throw .empty }
    let search = HeaderSearch(file)
    if let offset = search.multiboot2 {
      try self.init(multiboot2: UInt64(offset), file, name: name, memory: memory)
    } else if let offset = search.multiboot1 {
      try self.init(multiboot1: UInt64(offset), file, name: name)
    } else {
      throw .noHeader(search.nearMisses.first)
    }
    try image.check(against: memory)
  }

  // Address fields come before the ELF tables; these then serve for symbols only, if they can.
  private init(
    _ bootProtocol: HeaderSearch.BootProtocol, _ file: [UInt8], name: String,
    addresses: (fields: MultibootAddresses, entry: PhysAddr, offset: UInt64)?
  ) throws(LoadError.Problem) {
    self.bootProtocol = bootProtocol
    if let addresses {
      image = try KernelImage(
        addresses.fields, entry: addresses.entry, headerOffset: addresses.offset,
        file: file, name: name)
      elf = try? ELFFile(parsing: file)
      isLoadedAsELF = false
      return
    }
    let elf: ELFFile
    do throws(ELFFile.Invalid) {
      elf = try ELFFile(parsing: file)
    } catch {
      throw .elf(error)
    }
    image = try KernelImage(elf, name: name)
    self.elf = elf
    isLoadedAsELF = true
  }
}

extension BootableKernel {
  private init(
    multiboot1 offset: UInt64, _ file: [UInt8], name: String
  ) throws(LoadError.Problem) {
    let header: Multiboot1Header
    do throws(OutOfBounds) {
      var reader = ByteReader(file, at: offset)
      header = try Multiboot1Header(from: &reader)
    } catch {
      throw .headerTruncated(error)
    }
    guard header.flags.unknownDemands.isEmpty else {
      throw .unknownDemands(offset: offset, flags: header.flags.unknownDemands.rawValue)
    }
    let fields = header.addresses.flatMap { fields in
      header.entry.map { (fields: fields, entry: $0, offset: offset) }
    }
    try self.init(.multiboot1, file, name: name, addresses: fields)
    if let video = header.video { warn(of: video) }
  }

  private mutating func warn(of video: Multiboot1Header.VideoMode) {
    if video.type != 1 {
      warnOfGraphics(video.width, video.height, video.depth)
    } else if ![0, 80].contains(video.width) || ![0, 25].contains(video.height) {
      image.warnings.append(
        "the kernel asks for text of \(video.width) by \(video.height) and gets 80 by 25")
    }
  }

  fileprivate mutating func warnOfGraphics(_ width: UInt32, _ height: UInt32, _ depth: UInt32) {
    let wish = width == 0 || height == 0 ? "" : ", \(width) by \(height) by \(depth) bits,"
    image.warnings.append(
      "the kernel asks for graphics\(wish) and gets VGA text, 80 by 25")
  }
}

extension BootableKernel {
  private init(
    multiboot2 offset: UInt64, _ file: [UInt8], name: String, memory: MemoryMap
  ) throws(LoadError.Problem) {
    let tags: [Multiboot2Header.Tag]
    do throws(Multiboot2Header.Invalid) {
      tags = try Multiboot2Header(in: file, at: offset).tags
    } catch {
      throw .header(error)
    }
    let wishes = try Multiboot2Wishes(tags)
    let addresses = wishes.addresses.map {
      (fields: $0.fields.resolved(headerOffset: offset), offset: $0.offset)
    }
    if let addresses, wishes.entry == nil { throw .noEntryTag(offset: addresses.offset) }
    let fields = addresses.flatMap { addresses in
      wishes.entry.map { (fields: addresses.fields, entry: $0.address, offset: offset) }
    }
    try self.init(.multiboot2, file, name: name, addresses: fields)
    if let entry = wishes.entry {
      guard image.ranges.contains(where: { $0.contains(entry.address) }) else {
        throw .entryTag(offset: entry.offset, entry.address)
      }
      image.entry = entry.address
    }
    if let relocation = wishes.relocation {
      image = try image.relocated(by: relocation, in: memory)
    }
    image.warnings += wishes.warnings
    if let wish = wishes.graphics { warnOfGraphics(wish.width, wish.height, wish.depth) }
    warnOfRelocations()
  }

  private mutating func warnOfRelocations() {
    guard isLoadedAsELF, let elf else { return }
    let kinds: [ELFSectionHeader.Kind] = [.relocations, .relocationsWithAddend]
    if let section = elf.sections.first(where: { kinds.contains($0.type) }) {
      image.warnings.append(
        "the file has relocations (section \(elf.name(of: section))): GRUB's multiboot2 refuses it")
    }
  }
}

extension MultibootAddresses {
  // Multiboot2 §3.1.5: a load_addr of all ones stands for the start of the file.
  fileprivate func resolved(headerOffset: UInt64) -> MultibootAddresses {
    guard load == .max else { return self }
    var addresses = self
    addresses.load = header &- UInt32(truncatingIfNeeded: headerOffset)
    return addresses
  }
}
