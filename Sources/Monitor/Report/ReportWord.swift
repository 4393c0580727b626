// SPDX-License-Identifier: GPL-2.0-or-later

/// What stands over the two last parts of a trace and of a post-mortem.
enum ReportWord {
  /// The first thing that was wrong.
  static let rootCause = "root cause"
  /// Where to begin.
  static let lookFirst = "look first"
}
