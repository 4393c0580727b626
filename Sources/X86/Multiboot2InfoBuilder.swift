// SPDX-License-Identifier: GPL-2.0-or-later

/// Writes multiboot2 boot information, tag by tag, as `Multiboot2Info` reads it.
public struct Multiboot2InfoBuilder {
  // Total size and reserved word; the size is known at the end.
  private var content: [UInt8] = [UInt8](repeating: 0, count: 8)

  /// Information without tags.
  public init() {}

  /// The information, ended and with its size in place.
  public func finished() -> [UInt8] {
    var builder = self
    builder.tag(.end) { _ in }
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt32(truncatingIfNeeded: builder.content.count))
    bytes += builder.content.dropFirst(4)
    return bytes
  }

  /// The kernel's command line.
  public mutating func commandLine(_ text: [UInt8]) {
    tag(.commandLine) { bytes in bytes += text + [0] }
  }

  /// The name of the loader.
  public mutating func bootLoaderName(_ text: [UInt8]) {
    tag(.bootLoaderName) { bytes in bytes += text + [0] }
  }

  /// A module in memory from `start` up to `end`.
  public mutating func module(start: UInt32, end: UInt32, arguments: [UInt8]) {
    tag(.module) { bytes in
      bytes.append(littleEndian: start)
      bytes.append(littleEndian: end)
      bytes += arguments + [0]
    }
  }

  /// KiB of memory from 0 and from 1 MiB.
  public mutating func basicMemory(lowerKiB: UInt32, upperKiB: UInt32) {
    words(.basicMemory, [lowerKiB, upperKiB])
  }

  /// The BIOS drive the kernel came from; all ones for a partition stand for none.
  public mutating func bootDevice(drive: UInt32, partition: UInt32, subpartition: UInt32) {
    words(.bootDevice, [drive, partition, subpartition])
  }

  /// The memory map: entry size 24 and version 0, then address, length, type and a zero word each.
  public mutating func memoryMap(_ regions: [MultibootMemoryRegion]) {
    tag(.memoryMap) { bytes in
      bytes.append(littleEndian: UInt32(24))
      bytes.append(littleEndian: UInt32(0))
      for region in regions {
        bytes.append(littleEndian: region.start.value)
        bytes.append(littleEndian: region.length)
        bytes.append(littleEndian: region.kind.rawValue)
        bytes.append(littleEndian: UInt32(0))
      }
    }
  }

  /// The screen.
  public mutating func framebuffer(_ framebuffer: MultibootFramebuffer) {
    tag(.framebuffer) { bytes in
      framebuffer.append(to: &bytes)
      bytes.append(littleEndian: UInt16(0))
    }
  }

  /// The kernel's section headers, `count` of `entrySize` bytes.
  public mutating func elfSections(
    count: UInt32, entrySize: UInt32, nameSection: UInt32, headers: [UInt8]
  ) {
    tag(.elfSections) { bytes in
      bytes.append(littleEndian: count)
      bytes.append(littleEndian: entrySize)
      bytes.append(littleEndian: nameSection)
      bytes += headers
    }
  }

  /// The lowest address the kernel was loaded to.
  public mutating func loadBase(_ address: UInt32) {
    words(.loadBase, [address])
  }

  private mutating func words(_ type: Multiboot2.InfoType, _ words: [UInt32]) {
    tag(type) { bytes in
      for word in words { bytes.append(littleEndian: word) }
    }
  }

  private mutating func tag(_ type: Multiboot2.InfoType, _ fill: (inout [UInt8]) -> Void) {
    var body: [UInt8] = []
    fill(&body)
    content.append(littleEndian: type.rawValue)
    content.append(littleEndian: UInt32(truncatingIfNeeded: body.count + 8))
    content += body
    content.pad(to: 8)
  }
}
