// SPDX-License-Identifier: GPL-2.0-or-later
import CDebugInfo
import Emu
import X86

/// The DWARF of one ELF file, read by elfutils libdw.
///
/// Making the first one loads the library: make it when something is to be named.
final class DebugInfo {
  private let info: OpaquePointer

  /// What the ELF file of these bytes has; nil if it has neither lines nor call frames, or the library is
  /// not there.
  init?(_ bytes: [UInt8]) {
    // SAFETY: the bytes are copied.
    let opened = bytes.withUnsafeBytes { debuginfo_open($0.baseAddress, $0.count) }
    guard let opened else { return nil }
    info = opened
  }

  deinit { debuginfo_close(info) }

  /// Whether the library has been loaded.
  static var isLoaded: Bool { debuginfo_is_loaded() }

  /// Whether there is anything about source lines.
  var hasLines: Bool { debuginfo_has_lines(info) }

  /// The line that the instruction at `address` comes from.
  func line(of address: VirtAddr) -> SourceLine? {
    var line = debuginfo_line()
    guard debuginfo_find_line(info, address.value, &line), let file = line.file else { return nil }
    return SourceLine(path: String(cString: file), line: Int(line.line))
  }

  /// A function whose body stands in the code of another one.
  struct Inlined: Equatable {
    /// Its name.
    var name: String
    /// Where it is called.
    var call: SourceLine?
  }

  /// More than a person wants to read.
  private static let mostInlined = 8

  /// The functions that are inlined where the instruction at `address` is, the innermost first.
  func inlined(at address: VirtAddr) -> [Inlined] {
    var functions = Array(repeating: debuginfo_inlined(), count: Self.mostInlined)
    let count = debuginfo_find_inlined(info, address.value, &functions, functions.count)
    return functions.prefix(count).map { function in
      let name = String(cString: function.name)
      let call = function.call.file.map {
        SourceLine(path: String(cString: $0), line: Int(function.call.line))
      }
      return Inlined(name: demangled(name) ?? name, call: call)
    }
  }

  /// The way to the caller of the function that the instruction at `address` is in.
  func frame(of address: VirtAddr) -> debuginfo_frame? {
    var frame = debuginfo_frame()
    return debuginfo_find_frame(info, address.value, &frame) ? frame : nil
  }
}
