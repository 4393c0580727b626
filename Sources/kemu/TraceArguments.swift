// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Monitor

/// How and where a trace is written.
struct TraceArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Write the trace to FILE, which is emptied first.", valueName: "FILE"),
    completion: .file(),
    transform: { if $0.isEmpty { throw OptionError.empty } else { $0 } })
  var traceFile: String?

  @Option(
    help: ArgumentHelp(
      "Write the trace as text, or as json: an object on each line. (default: text)",
      valueName: "FORMAT"),
    transform: { try TraceFormat($0) })
  var format: TraceFormat?

  /// The options that these arguments make for a trace of `categories`, nil if none were named.
  func options(_ categories: TraceCategories?) -> TraceOptions {
    var options = TraceOptions()
    options.categories = categories
    options.file = traceFile
    options.format = format ?? options.format
    return options
  }
}
