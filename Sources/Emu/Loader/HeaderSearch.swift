// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What looking for multiboot headers in a file found: the headers, or what nearly is one.
public struct HeaderSearch: Equatable, Sendable {
  /// Where the first valid multiboot1 header begins.
  public var multiboot1: Int?
  /// Where the first valid multiboot2 header begins.
  public var multiboot2: Int?
  /// Places that look like a header and are none, the likeliest first.
  public var nearMisses: [NearMiss]

  /// A boot protocol.
  public enum BootProtocol: String, Sendable {
    case multiboot1
    case multiboot2

    /// The protocol whose headers begin with `magic`; nil if none does.
    init?(magic: UInt32) {
      switch magic {
      case Multiboot1.headerMagic: self = .multiboot1
      case Multiboot2.headerMagic: self = .multiboot2
      default: return nil
      }
    }

    /// The word a header begins with.
    public var magic: UInt32 {
      self == .multiboot1 ? Multiboot1.headerMagic : Multiboot2.headerMagic
    }
    /// The bytes of the file that a header may lie in.
    public var searchLength: Int {
      self == .multiboot1 ? Multiboot1.searchLength : Multiboot2.searchLength
    }
    /// What a header's offset is a multiple of.
    public var alignment: Int {
      self == .multiboot1 ? Multiboot1.headerAlignment : Multiboot2.headerAlignment
    }
    /// Bytes from the magic to the end of the checksum.
    var checkedLength: Int { self == .multiboot1 ? 12 : 16 }
  }

  /// A place that looks like a header and is none.
  public struct NearMiss: Equatable, Sendable {
    /// Whose magic stands there.
    public var bootProtocol: BootProtocol
    /// Where it stands in the file.
    public var offset: Int
    /// What is wrong.
    public var flaw: Flaw
  }

  /// What keeps a place from being a header.
  public enum Flaw: Equatable, Sendable {
    /// Valid, but not at a multiple of the protocol's alignment.
    case misaligned
    /// Valid, but beyond the bytes that loaders search.
    case tooFar
    /// Valid, but for another processor: the architecture field.
    case architecture(UInt32)
    /// The words do not add up to zero.
    case checksum(found: UInt32, needed: UInt32)
  }

  /// Looks through `file` for both protocols.
  public init(_ file: [UInt8]) {
    multiboot1 = Self.firstHeader(.multiboot1, in: file)
    multiboot2 = Self.firstHeader(.multiboot2, in: file)
    nearMisses = []
    // Looking at every byte of the file takes time; only a file that cannot boot needs it.
    if multiboot1 == nil && multiboot2 == nil { nearMisses = Self.nearMisses(in: file) }
  }

  private static func firstHeader(_ kind: BootProtocol, in file: [UInt8]) -> Int? {
    let end = min(file.count, kind.searchLength) - kind.checkedLength
    return stride(from: 0, through: end, by: kind.alignment).first { offset in
      guard let candidate = Candidate(kind, in: file, at: offset) else { return false }
      return candidate.flaw == nil
    }
  }

  private static func nearMisses(in file: [UInt8]) -> [NearMiss] {
    var (sure, doubtful): ([NearMiss], [NearMiss]) = ([], [])
    for offset in file.indices.dropLast(11) where sure.count + doubtful.count < 100 {
      guard let kind = BootProtocol(magic: Candidate.word(in: file, at: offset)),
        let candidate = Candidate(kind, in: file, at: offset)
      else { continue }
      let isInReach = offset + kind.checkedLength <= kind.searchLength
      let isAligned = offset % kind.alignment == 0
      let misplaced: Flaw? = !isInReach ? .tooFar : !isAligned ? .misaligned : nil
      // With a wrong sum in a wrong place it is a number that happens to occur in the code.
      if candidate.hasWrongSum && misplaced != nil { continue }
      guard let flaw = candidate.flaw ?? misplaced else { continue }
      let miss = NearMiss(bootProtocol: kind, offset: offset, flaw: flaw)
      if candidate.hasWrongSum { doubtful.append(miss) } else { sure.append(miss) }
    }
    return sure + doubtful
  }
}

/// A place in a file at which a protocol's magic stands.
private struct Candidate {
  /// What is wrong with the words there; nil if they are a header's.
  var flaw: HeaderSearch.Flaw?

  /// Whether the words do not even add up to zero.
  var hasWrongSum: Bool {
    if case .checksum? = flaw { true } else { false }
  }

  /// Nil if there is no magic, or no room for a header.
  init?(_ kind: HeaderSearch.BootProtocol, in file: [UInt8], at offset: Int) {
    guard offset + kind.checkedLength <= file.count,
      Self.word(in: file, at: offset) == kind.magic
    else { return nil }
    let words = stride(from: 4, to: kind.checkedLength, by: 4).map {
      Self.word(in: file, at: offset + $0)
    }
    let found = words[words.count - 1]
    let needed = 0 &- words.dropLast().reduce(kind.magic, &+)
    if found != needed {
      flaw = .checksum(found: found, needed: needed)
    } else if kind == .multiboot2, words[0] != Multiboot2.i386 {
      flaw = .architecture(words[0])
    }
  }

  // Every offset of a file is looked at, so this has to be quick.
  static func word(in file: [UInt8], at offset: Int) -> UInt32 {
    UInt32(file[offset]) | UInt32(file[offset + 1]) << 8 | UInt32(file[offset + 2]) << 16
      | UInt32(file[offset + 3]) << 24
  }
}
