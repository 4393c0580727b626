// SPDX-License-Identifier: GPL-2.0-or-later

/// The numbers of the Multiboot Specification version 0.6.96, "multiboot1" for short.
public enum Multiboot1 {
  /// The first word of a kernel's header (§3.1.2 "The magic fields of Multiboot header").
  public static let headerMagic: UInt32 = 0x1BAD_B002
  /// EAX when the kernel is entered (§3.2 "Machine state").
  public static let loaderMagic: UInt32 = 0x2BAD_B002
  /// The header lies in this many bytes from the start of the file (§3.1 "OS image format").
  public static let searchLength = 8192
  /// The header's offset is a multiple of this.
  public static let headerAlignment = 4
}

/// A multiboot1 header as it stands in the kernel's file (§3.1.1 "The layout of Multiboot header").
///
///      0 magic       12 header_addr     24 bss_end_addr    36 width
///      4 flags       16 load_addr       28 entry_addr      40 height
///      8 checksum    20 load_end_addr   32 mode_type       44 depth
///
/// The fields from 12 on count only if flag bit 16 is set, those from 32 on if bit 2 is.
public struct Multiboot1Header: Equatable, Sendable {
  /// What the kernel asks for; bits 0 to 15 are demands, the others are hints.
  public var flags: Flags
  /// What makes magic, flags and checksum add up to zero.
  public var checksum: UInt32
  /// Where the file goes, for a kernel that sets `addressFields`.
  public var addresses: MultibootAddresses?
  /// The first instruction, for a kernel that sets `addressFields`.
  public var entry: PhysAddr?
  /// The screen wished for, by a kernel that sets `videoMode`.
  public var video: VideoMode?

  /// The header's flag bits.
  public struct Flags: OptionSet, Equatable, Sendable {
    /// The bits.
    public let rawValue: UInt32
    /// The flags with these bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Modules begin on 4 KiB boundaries.
    public static let pageAlignedModules = Flags(rawValue: 1 << 0)
    /// The memory fields of the boot information are needed.
    public static let memoryInformation = Flags(rawValue: 1 << 1)
    /// The video fields of the boot information are needed.
    public static let videoMode = Flags(rawValue: 1 << 2)
    /// The header's address fields say how to load the file, whatever its format.
    public static let addressFields = Flags(rawValue: 1 << 16)

    /// The demands that a loader of this version does not know, and so must refuse.
    public var unknownDemands: Flags { intersection(Flags(rawValue: 0xFFF8)) }
  }

  /// A screen mode, as the kernel would like it.
  public struct VideoMode: Equatable, Sendable {
    /// 0 for linear graphics, 1 for EGA text.
    public var type: UInt32
    /// Columns: pixels, or characters in text; 0 for no preference, like the next two.
    public var width: UInt32
    /// Rows.
    public var height: UInt32
    /// Bits of a pixel; 0 in text.
    public var depth: UInt32
  }

  /// Reads the header that begins, with its magic, where `reader` stands.
  public init<Bytes>(from reader: inout ByteReader<Bytes>) throws(OutOfBounds) {
    let start = reader.offset
    _ = try reader.read(UInt32.self)
    flags = Flags(rawValue: try reader.read())
    checksum = try reader.read()
    if flags.contains(.addressFields) {
      addresses = try MultibootAddresses(from: &reader)
      entry = PhysAddr(UInt64(try reader.read(UInt32.self)))
    }
    if flags.contains(.videoMode) {
      var reader = ByteReader(reader.bytes, at: start + 32)
      video = VideoMode(
        type: try reader.read(), width: try reader.read(),
        height: try reader.read(), depth: try reader.read())
    }
  }
}
