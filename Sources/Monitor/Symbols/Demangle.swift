// SPDX-License-Identifier: GPL-2.0-or-later
import CDebugInfo
import Glibc

/// The declaration in Swift, Rust or C++ that `symbol` stands for; nil if it is not a mangled name.
func demangled(_ symbol: String) -> String? {
  guard symbol.hasPrefix("_Z") || symbol.hasPrefix("_R") else { return demangledSwift(symbol) }
  guard let text = debuginfo_demangle(symbol) else { return nil }
  // SAFETY: it comes from malloc and ends by a zero byte.
  defer { free(text) }
  return String(cString: text)
}

private func demangledSwift(_ symbol: String) -> String? {
  guard symbol.hasPrefix("$s") || symbol.hasPrefix("$e") || symbol.hasPrefix("$S") else {
    return nil
  }
  // SAFETY: the function reads `length` bytes, and with no buffer given it returns its own, from
  // malloc and ended by a zero byte, or null.
  guard let text = swiftDemangle(symbol, UInt(symbol.utf8.count), nil, nil, 0) else { return nil }
  defer { free(text) }
  return String(cString: text).withoutSpecialization.withoutDiscriminators
}

// SAFETY: swift_demangle is exported by the Swift runtime that every Swift program is linked with
// (stdlib/public/runtime/Demangle.cpp, SwiftDemangle.h); its five word-sized arguments and its
// result are passed alike in C and in Swift.
@_silgen_name("swift_demangle")
private func swiftDemangle(
  _ name: UnsafePointer<CChar>, _ length: UInt, _ buffer: UnsafeMutablePointer<CChar>?,
  _ bufferSize: UnsafeMutablePointer<UInt>?, _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?
