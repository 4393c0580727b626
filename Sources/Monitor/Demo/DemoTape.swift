// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// What happened in a demo from its start to its end, with the screen at each moment.
///
/// A demo is run first and shown then, so that a person can go through it at their own pace, and back: the
/// guest runs by its own clock, and is the same every time.
struct DemoTape {
  /// The demo.
  let demo: Demo
  /// What happened, in order; the introduction first, and the end last.
  private(set) var scenes: [Scene]
  /// Names addresses.
  let symbolizer: Symbolizer

  /// One thing that happened.
  struct Scene: Equatable {
    var event: Event
    /// What the guest's screen shows then.
    var screen: TextScreen
    /// When, by the guest's clock.
    var moment: GuestTime
  }

  /// What may happen.
  enum Event: Equatable {
    case introduction
    case delivered(Delivered)
    case transferred(Transfer)
    case tripleFault(TripleFault)
    /// A device's interrupt that was told already, so many times, the last one after `instructions`.
    case again(title: String, times: UInt64, instructions: UInt64)
    /// Why it ended, and whether it came to what it should.
    case end(String, isAsExpected: Bool)
  }

  /// A tape with nothing but the introduction.
  init(_ demo: Demo, symbolizer: @escaping Symbolizer) {
    self.demo = demo
    self.symbolizer = symbolizer
    scenes = [Scene(event: .introduction, screen: .dark, moment: .zero)]
  }

  /// Adds what happened. What the screen shows before the first of it, it shows with the introduction.
  mutating func append(_ scene: Scene) {
    if scenes.count == 1 { scenes[0].screen = scene.screen }
    scenes.append(scene)
  }

  /// Counts one more interrupt of a kind that was told already. As long as nothing else is seen of them,
  /// they are one scene.
  mutating func appendAgain(
    _ title: String, instructions: UInt64, screen: TextScreen, moment: GuestTime
  ) {
    var times: UInt64 = 1
    if let last = scenes.last, last.screen == screen,
      case .again(title, let before, _) = last.event
    {
      times += before
      scenes.removeLast()
    }
    scenes.append(
      Scene(
        event: .again(title: title, times: times, instructions: instructions), screen: screen,
        moment: moment))
  }
}

extension DemoTape {
  /// Whether the demo came to what it should.
  var isAsExpected: Bool {
    if case .end(_, let isAsExpected)? = scenes.last?.event { isAsExpected } else { false }
  }

  /// The vector of the first exception or interrupt; nil if there is none.
  var firstVector: UInt8? {
    for scene in scenes {
      switch scene.event {
      case .delivered(let delivered): return delivered.cause.vector
      case .tripleFault(let fault): return fault.first.vector
      case .introduction, .transferred, .again, .end: continue
      }
    }
    return nil
  }
}

extension DemoTape.Scene {
  /// What the trace says of it, in lines of `width` columns; the introduction and the end are told as
  /// one step.
  func text(
    of demo: Demo, width: Int, hasColors: Bool, symbolizer: @escaping Symbolizer
  ) -> String {
    var trace = TextTrace(width: width, hasColors: hasColors, symbolizer: symbolizer)
    switch event {
    case .introduction:
      return
        (["\(demo.name): \(demo.summary)"].flatMap { $0.wrapped(to: width) }
        + demo.lesson.wrapped(to: width - 2).map { "  \($0)" } + ["", ""]).joined(separator: "\n")
    case .delivered(let delivered): TraceRecord.forEach(of: delivered) { trace.write($0) }
    case .transferred(let transfer): trace.write(transfer)
    case .tripleFault(let fault):
      TraceRecord.forEach(of: fault) { trace.write($0) }
      trace.write(fault)
    case .again(let title, let times, let instructions):
      let count = times == 1 ? "once more" : "\(times.grouped) times more"
      trace.heading([title, "\(count)", "up to instruction \(instructions.grouped)"], .interrupt)
    case .end(let sentence, let isAsExpected):
      let verdict = isAsExpected ? "as expected" : "not as expected"
      return
        ("the end, \(verdict)".wrapped(to: width)
        + sentence.wrapped(to: width - 2).map { "  \($0)" } + [""]).joined(separator: "\n")
    }
    return trace.text
  }
}
