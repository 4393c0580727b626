// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// The first exceptions of a run that nobody asked to be traced, by their headings alone.
///
/// A guest may raise millions of them, so after some there is a last word, and the machine need not tell any
/// more. A triple fault is the post-mortem's to tell.
final class FaultHeadings {
  /// As many exceptions are told.
  static let most = 16
  /// What is said when there are more.
  static let lastWord =
    "\(most) exceptions were told, and more come; --trace faults tells all, step by step"

  private let makeTrace: () -> TextTrace
  private lazy var trace = makeTrace()
  private let say: (String) -> Void
  private let tell: (String) -> Void
  private var count = 0
  /// Called when nothing more is told.
  var onEnough: () -> Void = {}

  /// Headings with the look of the trace that is made when there is one to tell; `tell` writes whole
  /// lines, and `say` a message of kemu's.
  init(
    tell: @escaping (String) -> Void, say: @escaping (String) -> Void,
    makeTrace: @escaping () -> TextTrace
  ) {
    (self.tell, self.say, self.makeTrace) = (tell, say, makeTrace)
  }

  /// Takes a delivery that reached a handler.
  func receive(_ delivered: Delivered) {
    count += 1
    if count <= Self.most {
      TraceRecord.forEach(of: delivered) { trace.heading($0) }
      tell(trace.take())
    } else if count == Self.most + 1 {
      say(Self.lastWord)
      onEnough()
    }
  }
}
