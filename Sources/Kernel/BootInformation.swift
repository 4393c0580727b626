// SPDX-License-Identifier: GPL-2.0-or-later

/// What a multiboot2 loader hands over: a list of tags.
///
///      0            4          8                         size
///     ┌────────────┬──────────┬─────┬─────┬─────┬─────────┐
///     │ total size │ reserved │ tag │ tag │ ... │ end tag │
///     └────────────┴──────────┴─────┴─────┴─────┴─────────┘
///
/// A tag is its type, its size with these two words, and its content; the next one starts at a
/// multiple of 8. A size that does not fit in what is left ends the list.
/// Source: Multiboot2 Specification §3.6 "Boot information format".
struct BootInformation {
  private let tags: UnsafeRawBufferPointer

  /// The list at `start`, whose first word says how long it is.
  init(at start: UnsafeRawPointer) {
    self.init(UnsafeRawBufferPointer(start: start, count: Int(start.load(as: UInt32.self))))
  }

  /// The list in `bytes`, of which no more than its first word says is used; empty if they are too
  /// few.
  init(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Self.headerSize else {
      tags = UnsafeRawBufferPointer(rebasing: bytes[..<0])
      return
    }
    let size = min(bytes.count, max(Self.headerSize, Int(bytes.load(as: UInt32.self))))
    tags = UnsafeRawBufferPointer(rebasing: bytes[Self.headerSize..<size])
  }

  /// The bytes of the kernel's command line, without the zero that ends it; empty if there is none.
  var commandLine: UnsafeRawBufferPointer {
    let content = content(of: .commandLine)
    let end = content.firstIndex(of: 0) ?? content.endIndex
    return UnsafeRawBufferPointer(rebasing: content[..<end])
  }

  private enum Tag: UInt32 {
    case end = 0
    case commandLine = 1
  }

  private static var headerSize: Int { 8 }

  /// What follows the two words of the first tag with type `tag`; empty if there is none.
  private func content(of tag: Tag) -> UnsafeRawBufferPointer {
    var rest = tags[...]
    while rest.count >= Self.headerSize {
      let type = tags.load(fromByteOffset: rest.startIndex, as: UInt32.self)
      let size = Int(tags.load(fromByteOffset: rest.startIndex + 4, as: UInt32.self))
      guard type != Tag.end.rawValue, (Self.headerSize...rest.count).contains(size) else { break }
      if type == tag.rawValue {
        return UnsafeRawBufferPointer(rebasing: rest.prefix(size).dropFirst(Self.headerSize))
      }
      rest = rest.dropFirst((size + 7) & ~7)
    }
    return UnsafeRawBufferPointer(rebasing: tags[..<0])
  }
}
