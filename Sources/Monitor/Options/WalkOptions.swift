// SPDX-License-Identifier: GPL-2.0-or-later

/// Everything a person may ask of `kemu walk`, as a value.
public struct WalkOptions: Equatable, Sendable {
  /// How a report is written.
  public enum Format: String, CaseIterable, Sendable {
    case text, json
  }

  /// The kernel, its machine, and what ends its run.
  public var run = RunOptions()
  /// The address to walk; nil if only the map is wanted.
  public var address: Place?
  /// When to look.
  public var moment = Moment.end
  /// Whether all levels are shown at once.
  public var all = false
  /// Whether the whole address space is shown.
  public var map = false
  /// How it is written.
  public var format = Format.text

  /// The most instructions that are executed to come to the moment, unless the person says more.
  public static let longestRun: UInt64 = 1_000_000_000

  /// The options for `kernel`.
  public init(kernel: String) { run.kernel = kernel }
}
