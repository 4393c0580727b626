// SPDX-License-Identifier: GPL-2.0-or-later

/// A kernel where a command should be: `kemu mykernel.elf`.
enum Misplaced {
  /// What to say about a command line that starts with something that is neither a command nor an
  /// option; nil for others.
  static func hint(for arguments: [String]) -> String? {
    guard arguments.count > 1, !arguments[1].hasPrefix("-") else { return nil }
    let first = arguments[1]
    guard !["run", "trace", "walk", "demo", "check", "help"].contains(first) else { return nil }
    let rest = arguments.dropFirst().map { $0.contains(" ") ? "'\($0)'" : $0 }
    return """
      \(first) is not a command; to boot a kernel, write: kemu run \(rest.joined(separator: " "))
      The commands are listed by: kemu --help
      """
  }
}
