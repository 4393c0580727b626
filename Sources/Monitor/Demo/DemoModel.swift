// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// All that is shown of a demo in a terminal, and how keys change it; no terminal in it.
///
/// What is typed goes to no guest: what the demo needs typed, it types itself, at the same moments in
/// every run. So every key may mean something here, and no other has to come before it.
struct DemoModel {
  /// Something that happened.
  enum Message: Equatable {
    case input(KeyDecoder.Input)
    case resized(Extent)
    /// It is time for what comes next, while it goes on by itself.
    case due
  }

  /// What is to be done about it.
  enum Effect: Equatable {
    case quit, suspend
  }

  /// What there is room for.
  enum View: Equatable, CaseIterable {
    case both, screen, trace
  }

  let tape: DemoTape
  private(set) var extent: Extent
  private(set) var script: DemoScript
  /// The step that was shown last.
  private(set) var step = 0
  private(set) var view: View
  /// Whether it goes on by itself.
  private(set) var isPlaying = false
  private(set) var isHelpShown = false

  /// The beginning of `tape`.
  init(_ tape: DemoTape, extent: Extent) {
    self.tape = tape
    self.extent = extent
    // A guest that shows nothing needs no room for it.
    view = tape.scenes.allSatisfy(\.screen.isBlank) ? .trace : .both
    script = DemoScript(tape, width: DemoLayout.traceWidth(in: extent, view: view))
  }

  /// Whether everything was shown.
  var isAtEnd: Bool { step == script.steps.count - 1 }

  /// The scene that is shown.
  var scene: DemoTape.Scene { tape.scenes[script.steps[step].scene] }

  /// Guest time until the next scene; nil if this is the last.
  var timeToNextScene: UInt64? {
    let next = script.steps[step].scene + 1
    return next < tape.scenes.count ? tape.scenes[next].moment - scene.moment : nil
  }

  /// Takes in what happened and says what is to be done.
  mutating func update(_ message: Message) -> [Effect] {
    switch message {
    case .input(let input): return take(input)
    case .resized(let extent):
      self.extent = extent
      wrap()
    case .due:
      nextScene()
      if isAtEnd { isPlaying = false }
    }
    return []
  }

  private mutating func take(_ input: KeyDecoder.Input) -> [Effect] {
    guard case .key(let press) = input else { return [] }
    let wasPlaying = isPlaying
    isPlaying = false
    if isHelpShown {
      isHelpShown = false
      return press == KeyPress(.c, .control) || press.key == .q ? [.quit] : []
    }
    switch press.key {
    case .c where press.modifiers == .control: return [.quit]
    // With or without Ctrl-A before it, as in `kemu run`.
    case .q, .x: return [.quit]
    case .z: return [.suspend]
    case .h, .f1, .slash: isHelpShown = true
    case .a where press.modifiers != .control: isPlaying = !isAtEnd
    // Someone who stops it wants to see what is there.
    case .enter, .space, .right, .down: if !wasPlaying { step += isAtEnd ? 0 : 1 }
    case .backspace, .left, .up: step -= step == 0 ? 0 : 1
    case .n, .pageDown: nextScene()
    case .p, .pageUp: previousScene()
    case .home: step = 0
    case .end: step = script.steps.count - 1
    case .tab: turn()
    default: break
    }
    return []
  }

  private mutating func turn() {
    let views = View.allCases
    let next = (views.firstIndex(of: view) ?? 0) + 1
    view = views[next % views.count]
    wrap()
  }

  /// Breaks the lines anew; the steps stay what they are.
  private mutating func wrap() {
    script = DemoScript(tape, width: DemoLayout.traceWidth(in: extent, view: view))
    step = min(step, script.steps.count - 1)
  }

  /// Goes to the last step of this scene, or of the next one if it is there.
  private mutating func nextScene() {
    let from = min(step + 1, script.steps.count - 1)
    let scene = script.steps[from].scene
    step = script.steps.lastIndex { $0.scene == scene } ?? from
  }

  /// Goes to the last step of the scene before.
  private mutating func previousScene() {
    let scene = script.steps[step].scene
    step = script.steps.lastIndex { $0.scene < scene } ?? 0
  }
}
