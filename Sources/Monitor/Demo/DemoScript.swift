// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// A tape's trace in lines of some width, and the steps in which they are shown.
struct DemoScript: Equatable {
  /// What comes at once: a heading, or one step below it, with the lines that go on with it.
  struct Step: Equatable {
    /// The scene that it belongs to.
    var scene: Int
    /// Its lines.
    var lines: Range<Int>
  }

  /// All lines.
  private(set) var lines: [[Cell]] = []
  /// The steps, in order; at least one for each scene.
  private(set) var steps: [Step] = []

  /// The trace of `tape` for `width` columns.
  init(_ tape: DemoTape, width: Int) {
    for (number, scene) in tape.scenes.enumerated() {
      let text = scene.text(
        of: tape.demo, width: width, hasColors: true, symbolizer: tape.symbolizer)
      append(StyledText.lines(text), of: number, isOne: scene.isOneStep)
    }
  }

  private mutating func append(_ more: [[Cell]], of scene: Int, isOne: Bool) {
    for (number, line) in more.enumerated() {
      if number == 0 || (!isOne && Self.beginsStep(line)) {
        steps.append(Step(scene: scene, lines: lines.count..<lines.count))
      }
      lines.append(line)
      steps[steps.count - 1].lines = steps[steps.count - 1].lines.lowerBound..<lines.count
    }
  }

  /// Headings begin in the first column, the words of steps in the third; what goes on with either stands
  /// further to the right (docs/trace.md).
  private static func beginsStep(_ line: [Cell]) -> Bool {
    guard let start = line.firstIndex(where: { $0.scalar != " " }) else { return false }
    return start == 0 || start == 2
  }

  /// The lines of a step's scene.
  func scene(ofStep step: Int) -> Range<Int> {
    let scene = steps[step].scene
    let its = steps.filter { $0.scene == scene }
    guard let first = its.first, let last = its.last else { return steps[step].lines }
    return first.lines.lowerBound..<last.lines.upperBound
  }

  /// The lines of the longest scene.
  var longestScene: Int {
    steps.indices.map { scene(ofStep: $0).count }.max() ?? 0
  }
}

extension DemoTape.Scene {
  /// Whether it is shown at once.
  fileprivate var isOneStep: Bool {
    switch event {
    case .introduction, .again, .end: true
    case .delivered, .transferred, .tripleFault: false
    }
  }
}
