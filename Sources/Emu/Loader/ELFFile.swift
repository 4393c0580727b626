// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// An ELF file's tables, read and checked; what they point to is read when asked for.
///
/// Layouts: System V Application Binary Interface, chapters 4 "Object Files" and 5 "Program
/// Loading", for i386 and x86-64.
public struct ELFFile: Equatable, Sendable {
  /// The whole file.
  public let bytes: [UInt8]
  /// How wide its addresses are.
  public let width: ELFClass
  /// What kind of file it is.
  public let type: Kind
  /// The processor it is for.
  public let machine: Machine
  /// The address of the first instruction, as the linker saw it.
  public let entry: VirtAddr
  /// The program headers, in the file's order.
  public let segments: [Segment]
  /// The section headers, in the file's order; the first is empty.
  public let sections: [ELFSectionHeader]
  /// Where the section header table begins in the file.
  let sectionTableOffset: UInt64
  /// Bytes from one of its entries to the next.
  let sectionEntrySize: UInt64
  /// The index of the section that holds the names of the others; 0 if none does.
  public let nameSection: UInt32

  /// What an ELF file is for.
  public struct Kind: Equatable, Sendable {
    /// The number.
    public var rawValue: UInt16

    /// The compiler's output, not linked yet.
    public static let object = Kind(rawValue: 1)
    /// A program with fixed addresses.
    public static let executable = Kind(rawValue: 2)
    /// A shared library, or a program that may be moved.
    public static let shared = Kind(rawValue: 3)
    /// A memory dump.
    public static let core = Kind(rawValue: 4)
  }

  /// A processor family.
  public struct Machine: Equatable, Sendable {
    /// The number.
    public var rawValue: UInt16

    /// 32-bit x86.
    public static let i386 = Machine(rawValue: 3)
    /// 64-bit x86.
    public static let x86_64 = Machine(rawValue: 62)
  }

  /// A program header: a part of the file that goes to memory, or a note about it.
  public struct Segment: Equatable, Sendable {
    /// What it is.
    public var type: Kind
    /// 1 executable, 2 writable, 4 readable, added up.
    public var flags: UInt32
    /// Where its bytes begin in the file.
    public var offset: UInt64
    /// Where the program sees it.
    public var virtual: VirtAddr
    /// Where a loader without paging puts it.
    public var physical: PhysAddr
    /// Bytes in the file.
    public var fileSize: UInt64
    /// Bytes in memory; those that the file lacks are zero.
    public var memorySize: UInt64
    /// Its addresses and its offset are equal modulo this.
    public var alignment: UInt64

    /// Types of segment, as far as they matter here.
    public struct Kind: Equatable, Sendable {
      /// The number.
      public var rawValue: UInt32

      /// Goes to memory.
      public static let load = Kind(rawValue: 1)
      /// Names the dynamic linker.
      public static let interpreter = Kind(rawValue: 3)
    }
  }
}

extension ELFFile {
  /// A section's bytes; nil if the file does not hold them.
  public func contents(of section: ELFSectionHeader) -> ArraySlice<UInt8>? {
    guard section.type != .zeroes else { return nil }
    var reader = ByteReader(bytes, at: section.offset)
    return try? reader.take(section.size)
  }

  /// A section's name; empty if the file does not say.
  public func name(of section: ELFSectionHeader) -> String {
    guard nameSection != 0, let names = sections[safely: nameSection] else { return "" }
    return string(at: section.nameOffset, in: names) ?? ""
  }

  /// The bytes of a section header as they are in the file.
  func header(ofSection index: Int) -> ArraySlice<UInt8> {
    var reader = ByteReader(bytes, at: sectionTableOffset + UInt64(index) * sectionEntrySize)
    return (try? reader.take(width.sectionHeaderSize)) ?? []
  }

  /// The string that begins `offset` bytes into a section and ends with a zero byte.
  func string(at offset: UInt32, in section: ELFSectionHeader) -> String? {
    guard let bytes = contents(of: section), offset < bytes.count else { return nil }
    let text = bytes.dropFirst(Int(offset)).prefix { $0 != 0 }
    return String(decoding: text, as: UTF8.self)
  }
}

extension [ELFSectionHeader] {
  /// The header with this index; nil past the last.
  subscript(safely index: UInt32) -> ELFSectionHeader? {
    index < count ? self[Int(index)] : nil
  }
}
