// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import SystemPackage

// What a session tells of while its guest runs, and where.

extension Session {
  /// What is told.
  enum Telling {
    case nothing
    /// The headings of the first exceptions, among kemu's messages.
    case headings
    /// A trace.
    case trace(TraceCategories, to: TraceOutput)
  }

  /// Whether the trace is what standard output is for.
  var tracesToOutput: Bool { options.purpose == .trace && options.trace.file == nil }

  /// What is told, and where it goes, a file opened for it.
  func openTrace(isLive: Bool) throws(Failure) -> Telling {
    let file = try options.trace.file.map { (path) throws(Failure) in try create(path) }
    guard let categories = categories(isLive: isLive) else { return .headings }
    if categories.isEmpty { return .nothing }
    if let file { return .trace(categories, to: .file(file)) }
    if isLive { return .trace(categories, to: .log(TraceLog())) }
    return .trace(categories, to: .file(tracesToOutput ? .standardOutput : .standardError))
  }

  /// What is traced; nil for headings alone.
  private func categories(isLive: Bool) -> TraceCategories? {
    if let chosen = options.trace.categories { return chosen }
    if options.purpose == .trace { return .usual }
    if isLive { return [] }
    // Someone who says where or how wants a trace.
    let isDefault = options.trace.file == nil && options.trace.format == .text
    return isDefault ? nil : .faults
  }

  /// Has `machine` tell what is to be told, by way of `collector`.
  func tell(
    of machine: Machine, _ telling: Telling, _ kernel: KernelFile, _ collector: OutputCollector
  ) {
    switch telling {
    case .nothing: break
    case .headings:
      machine.watch = .exceptions
      let headings = headings(kernel)
      headings.onEnough = { [unowned machine] in machine.watch = [] }
      collector.headings = headings
    case .trace(let categories, let output):
      machine.watch = categories.watched
      if case .log(let log) = output { collector.log = log }
      collector.tracer = tracer(of: categories, to: output, kernel)
    }
  }

  private func headings(_ kernel: KernelFile) -> FaultHeadings {
    let host = host
    // Made by the first exception: a run without any need not know what standard error is.
    return FaultHeadings(tell: host.tell, say: host.say) {
      let look = host.messageLook
      return TextTrace(
        width: look.width, hasColors: look.depth.map { $0 != .none } ?? false,
        symbolizer: kernel.words(for:))
    }
  }

  private func tracer(
    of categories: TraceCategories, to output: TraceOutput, _ kernel: KernelFile
  ) -> Tracer {
    let terminal =
      switch output {
      case .file(let file): Terminal(input: file, output: file)
      case .log: host.terminal()
      }
    let depth =
      terminal == nil
      ? ColorDepth.forced(by: host.environment) : ColorDepth(environment: host.environment)
    var options = options.trace
    options.categories = categories
    return Tracer(
      options, to: output, width: terminal?.extent.columns ?? 80,
      hasColors: depth.map { $0 != .none } ?? false,
      symbolizer: kernel.symbolizer, lines: kernel.line(of:))
  }

  /// Prints what there is of the trace of a live run, which has left the screen.
  func tell(_ log: TraceLog) {
    if log.forgotten > 0 {
      host.say(
        "the first \(log.forgotten.grouped) lines of the trace are left out; --trace-file FILE "
          + "keeps all")
    }
    let text = log.last(TraceLog.most)
    let hasColors = host.messageLook.depth.map { $0 != .none } ?? false
    host.tell(hasColors ? text : StyledText.plain(text))
  }
}
