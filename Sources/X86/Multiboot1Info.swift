// SPDX-License-Identifier: GPL-2.0-or-later

/// The multiboot1 boot information (§3.3 "Boot information format"): what EBX points to.
///
///      0 flags          28 elf num         52 drives_length    72 vbe_control_info
///      4 mem_lower      32 elf size        56 drives_addr      76 vbe_mode_info
///      8 mem_upper      36 elf addr        60 config_table     80 vbe_mode, seg, off, len
///     12 boot_device    40 elf shndx       64 boot_loader_name 88 framebuffer address (64 bits)
///     16 cmdline        44 mmap_length     68 apm_table        96 pitch, width, height
///     20 mods_count     48 mmap_addr                          108 bpp, type, colour information
///     24 mods_addr
///
/// Drives, ROM configuration, APM and VBE are left out, and their flags stay clear.
/// Pointers are physical addresses; strings end with a zero byte.
public struct Multiboot1Info: Equatable, Sendable {
  /// Bytes from `flags` to the end of the colour information.
  public static let size = 116

  /// KiB of memory from 0, at most 640.
  public var lowerKiB: UInt32 = 0
  /// KiB of memory from 1 MiB to the first hole.
  public var upperKiB: UInt32 = 0
  /// BIOS drive number in the top byte, then three levels of partition, 0xFF for none.
  public var bootDevice: UInt32 = 0
  /// Where the command line is.
  public var commandLine: UInt32 = 0
  /// How many modules there are.
  public var moduleCount: UInt32 = 0
  /// Where their list is: start, end, string and a zero word for each.
  public var moduleList: UInt32 = 0
  /// Where the kernel's ELF section headers are, for a kernel loaded as ELF.
  public var elfSections: ELFSections?
  /// Bytes of the memory map.
  public var memoryMapLength: UInt32 = 0
  /// Where it is: size (20), address and length (64 bits each) and type for each region.
  public var memoryMap: UInt32 = 0
  /// Where the loader's name is.
  public var bootLoaderName: UInt32 = 0
  /// The screen.
  public var framebuffer = MultibootFramebuffer.text

  /// A table of section headers in memory.
  public struct ELFSections: Equatable, Sendable {
    /// How many headers.
    public var count: UInt32
    /// Bytes of each.
    public var entrySize: UInt32
    /// Where the first is.
    public var address: UInt32
    /// The index of the section that holds their names.
    public var nameSection: UInt32

    /// A table of these.
    public init(count: UInt32, entrySize: UInt32, address: UInt32, nameSection: UInt32) {
      self.count = count
      self.entrySize = entrySize
      self.address = address
      self.nameSection = nameSection
    }
  }

  /// Boot information in which every number is zero, no table is there, and the screen is VGA text.
  public init() {}

  /// Which fields hold something: the `flags` word.
  public var flags: UInt32 {
    let always: UInt32 = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 6 | 1 << 9 | 1 << 12
    let modules: UInt32 = moduleCount > 0 ? 1 << 3 : 0
    let sections: UInt32 = elfSections != nil ? 1 << 5 : 0
    return always | modules | sections
  }

  /// The structure as it lies in memory, `size` bytes.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    let symbols = elfSections ?? ELFSections(count: 0, entrySize: 0, address: 0, nameSection: 0)
    // swift-format-ignore
    let words: [UInt32] = [
      flags, lowerKiB, upperKiB, bootDevice, commandLine, moduleCount, moduleList,
      symbols.count, symbols.entrySize, symbols.address, symbols.nameSection,
      memoryMapLength, memoryMap,
      0, 0,                                // drives
      0,                                   // ROM configuration
      bootLoaderName,
      0,                                   // APM
      0, 0, 0, 0,                          // VBE
    ]
    for word in words { bytes.append(littleEndian: word) }
    framebuffer.append(to: &bytes)
    while bytes.count < Self.size { bytes.append(0) }
    return bytes
  }
}
