// SPDX-License-Identifier: GPL-2.0-or-later

/// The numbers of the Multiboot2 Specification version 2.0.
public enum Multiboot2 {
  /// The first word of a kernel's header (§3.1.2 "The magic fields of Multiboot2 header").
  public static let headerMagic: UInt32 = 0xE852_50D6
  /// EAX when the kernel is entered (§3.3 "I386 machine state").
  public static let loaderMagic: UInt32 = 0x36D7_6289
  /// The whole header lies in this many bytes from the start of the file.
  public static let searchLength = 32768
  /// The header's offset, and that of each of its tags within it, is a multiple of this.
  public static let headerAlignment = 8
  /// The header's architecture field for a kernel that is entered in 32-bit protected mode.
  public static let i386: UInt32 = 0
  /// Each tag of the boot information begins at a multiple of this.
  public static let tagAlignment: UInt64 = 8

  /// What a tag of the boot information holds (§3.6 "Boot information"), by its number.
  public enum InfoType: UInt32, Sendable {
    // swift-format-ignore
    case end = 0, commandLine, bootLoaderName, module, basicMemory, bootDevice, memoryMap, vbe
    // swift-format-ignore
    case framebuffer = 8, elfSections, apm, efi32, efi64, smbios, oldACPI, newACPI
    // swift-format-ignore
    case network = 16, efiMemoryMap, efiBootServices, efi32Image, efi64Image, loadBase
  }
}
