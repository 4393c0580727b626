// SPDX-License-Identifier: GPL-2.0-or-later

/// The readable part of a mangled Swift name: `PagingDemo.show` for `$e6Kernel10PagingDemoO4showyy…`.
///
/// Identifiers stand in the name with their lengths in front, from the module inwards; what follows the
/// first one without a letter for a kind of type is the function's type, which a backtrace can do
/// without. Names in which words are abbreviated (a length that begins with 0) end there.
/// Source: Swift documentation, docs/ABI/Mangling.rst, "Identifiers" and "Declaration Contexts".
struct SwiftName {
  private let mangled: Slice<UnsafeRawBufferPointer>

  /// The name in `bytes`; nil if it is none of Swift's.
  init?(_ bytes: UnsafeRawBufferPointer) {
    // Embedded Swift begins with $e, other Swift with $s.
    guard bytes.count > 2, bytes[0] == UInt8(ascii: "$"),
      bytes[1] == UInt8(ascii: "e") || bytes[1] == UInt8(ascii: "s")
    else { return nil }
    mangled = bytes[2...]
  }

  /// Calls `body` with each identifier: types, then the function; without the module.
  func forEachIdentifier(_ body: (UnsafeRawBufferPointer) -> Void) {
    var rest = mangled
    var isModule = true
    while let identifier = Self.popIdentifier(&rest) {
      if !isModule { body(UnsafeRawBufferPointer(rebasing: identifier)) }
      isModule = false
      while let next = rest.first, Self.isKind(next) { rest = rest.dropFirst() }
    }
  }

  /// V, O, C and P: what was named is a struct, enum, class or protocol; E: it is an extension of it.
  private static func isKind(_ letter: UInt8) -> Bool {
    switch Unicode.Scalar(letter) {
    case "V", "O", "C", "P", "E": true
    default: false
    }
  }

  /// Takes a length and as many bytes off; nil if no length stands there, or a 0, or too large a one.
  private static func popIdentifier(
    _ rest: inout Slice<UnsafeRawBufferPointer>
  ) -> Slice<UnsafeRawBufferPointer>? {
    var length = 0
    var digits = 0
    for byte in rest {
      guard 0x30...0x39 ~= byte, digits < 4 else { break }  // "0"..."9"
      if digits == 0 && byte == 0x30 { return nil }
      length = length * 10 + Int(byte - 0x30)
      digits += 1
    }
    guard digits > 0, length <= rest.count - digits else { return nil }
    let identifier = rest.dropFirst(digits).prefix(length)
    // The number of the file that something is private to begins with an underscore.
    guard identifier.first != UInt8(ascii: "_") else { return nil }
    rest = rest.dropFirst(digits + length)
    return identifier
  }
}

extension Text {
  /// A function's name, as readable as it is without a heap.
  mutating func appendInterpolation(function name: UnsafeRawBufferPointer) {
    let start = count
    SwiftName(name)?.forEachIdentifier { identifier in
      if count > start { appendLiteral(".") }
      append(identifier)
    }
    if count == start { append(name) }
  }
}
