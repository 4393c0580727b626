// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// What `kemu trace` writes of Tests/guests/delivery.S.
enum TraceRun {
  /// The events of that guest by letter, and what they are called in names of files.
  static let cases: [(String, String)] = [
    ("b", "breakpoint"), ("d", "divide-error"), ("f", "double-fault"),
    ("g", "general-protection"), ("i", "timer"), ("k", "keyboard"), ("o", "stack-overflow"),
    ("p", "page-fault"), ("s", "system-call"), ("t", "triple-fault"), ("u", "invalid-opcode"),
    ("w", "user-page-fault"),
  ]

  /// Other categories: the letter, `--trace`, and what that is called.
  static let categories: [(String, String, String)] = [
    ("i", "control", "control"), ("i", "io", "io"),
    ("k", "control,io,interrupts", "all-of-keyboard"),
  ]

  /// What other guests show: the guest, `--trace`, and what that is called.
  static let guests: [(String, String, String)] = [
    ("mapped", "mmio", "mmio"), ("tables", "paging", "paging"),
    ("bases", "control", "bases"),
  ]

  /// The trace of one of them; of exceptions and interrupts, if `options` say nothing else.
  static func of(
    _ letter: String, _ options: [String] = [], environment: [String] = []
  ) throws -> Run {
    let kernel = try Kernels.guest("delivery.elf")
    let list = options.contains("--trace") ? [] : ["--trace", "faults,interrupts"]
    return try Run(
      ["trace", kernel, "--append", letter, "--keys", "a"] + list + options,
      environment: environment)
  }

  /// The root of the checkout.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
}
