// SPDX-License-Identifier: GPL-2.0-or-later

/// A line of a kernel's source.
struct SourceLine: Equatable, Sendable, CustomStringConvertible {
  /// The path as the compiler wrote it.
  var path: String
  /// From 1.
  var line: Int

  /// `paging.c:12`; with its directory where many files are called so: `paging/mod.rs:12`.
  var description: String {
    let parts = path.split(separator: "/").suffix(2)
    guard let file = parts.last else { return "\(path):\(line)" }
    let isCommon = ["mod.rs", "lib.rs", "main.rs"].contains(file)
    return (isCommon ? parts.joined(separator: "/") : String(file)) + ":\(line)"
  }

  /// `main+0x12, main.c:7`, or what is known of it.
  static func joined(_ name: String?, _ line: SourceLine?) -> String? {
    guard let line else { return name }
    return name.map { "\($0), \(line)" } ?? "\(line)"
  }
}
