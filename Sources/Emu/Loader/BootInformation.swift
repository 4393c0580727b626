// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What a kernel is told when it is entered, before it is put into a protocol's form.
///
/// What is told, and how, is what GRUB 2.06 tells on a PC with a BIOS that boots from a CD, less
/// what this machine lacks: APM, VBE, ACPI and network.
struct BootInformation {
  /// The kernel's arguments, without its name.
  var commandLine: [UInt8]
  /// The modules, in the order they were given.
  var modules: [Module]
  /// The kernel's section headers, if it was loaded as ELF and has any.
  var sections: SectionTable?
  /// The machine's memory.
  var memory: MemoryMap
  /// The lowest address the kernel was loaded to.
  var loadBase: PhysAddr

  /// A module in memory.
  struct Module {
    /// What it takes; empty, at 0, for an empty file.
    var range: Range<PhysAddr>
    /// Its string.
    var arguments: [UInt8]
  }

  /// The name a kernel sees.
  static let loaderName = Array("kemu".utf8)
  /// The first CD's BIOS drive number.
  private static let drive: UInt32 = 0xE0

  /// The information as it lies in memory from `base` on; its size does not depend on `base`.
  func bytes(for bootProtocol: HeaderSearch.BootProtocol, at base: PhysAddr) -> [UInt8] {
    switch bootProtocol {
    case .multiboot1: multiboot1(at: base)
    case .multiboot2: multiboot2
    }
  }
}

extension BootInformation {
  // The structure comes first, then what it points to, each at a multiple of 4.
  private func multiboot1(at base: PhysAddr) -> [UInt8] {
    var info = Multiboot1Info()
    var tail: [UInt8] = []
    func place(_ bytes: [UInt8]) -> UInt32 {
      tail.pad(to: 4)
      defer { tail += bytes }
      return base.word &+ UInt32(Multiboot1Info.size + tail.count)
    }
    info.lowerKiB = memory.lowerKiB
    info.upperKiB = memory.upperKiB
    info.bootDevice = Self.drive << 24 | 0xFF_FFFF
    info.commandLine = place(commandLine + [0])
    info.bootLoaderName = place(Self.loaderName + [0])
    if !modules.isEmpty {
      var list: [UInt8] = []
      for module in modules {
        list.append(littleEndian: module.range.lowerBound.word)
        list.append(littleEndian: module.range.upperBound.word)
        list.append(littleEndian: place(module.arguments + [0]))
        list.append(littleEndian: UInt32(0))
      }
      info.moduleCount = UInt32(modules.count)
      info.moduleList = place(list)
    }
    let map = memoryMap1
    info.memoryMapLength = UInt32(map.count)
    info.memoryMap = place(map)
    info.elfSections = sections.map {
      Multiboot1Info.ELFSections(
        count: $0.count, entrySize: $0.entrySize, address: place($0.headers),
        nameSection: $0.nameSection)
    }
    return info.bytes + tail
  }

  private var memoryMap1: [UInt8] {
    var bytes: [UInt8] = []
    for region in memory.regions {
      bytes.append(littleEndian: UInt32(20))  // bytes that follow in this entry
      bytes.append(littleEndian: region.start.value)
      bytes.append(littleEndian: region.length)
      bytes.append(littleEndian: region.kind.rawValue)
    }
    return bytes
  }
}

extension BootInformation {
  /// The types of tag that multiboot2 kernels get.
  static let multiboot2Types: [Multiboot2.InfoType] = [
    .end, .commandLine, .bootLoaderName, .module, .basicMemory, .bootDevice, .memoryMap,
    .framebuffer, .elfSections, .loadBase,
  ]

  // The tags are in GRUB's order.
  private var multiboot2: [UInt8] {
    var builder = Multiboot2InfoBuilder()
    builder.loadBase(loadBase.word)
    builder.commandLine(commandLine)
    builder.bootLoaderName(Self.loaderName)
    for module in modules {
      builder.module(
        start: module.range.lowerBound.word, end: module.range.upperBound.word,
        arguments: module.arguments)
    }
    builder.memoryMap(memory.regions)
    if let sections {
      builder.elfSections(
        count: sections.count, entrySize: sections.entrySize, nameSection: sections.nameSection,
        headers: sections.headers)
    }
    builder.basicMemory(lowerKiB: memory.lowerKiB, upperKiB: memory.upperKiB)
    builder.bootDevice(drive: Self.drive, partition: .max, subpartition: .max)
    builder.framebuffer(.text)
    return builder.finished()
  }
}

extension PhysAddr {
  // Nothing that a loader places lies above 4 GiB.
  fileprivate var word: UInt32 { UInt32(truncatingIfNeeded: value) }
}
