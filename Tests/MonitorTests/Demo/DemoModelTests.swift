// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu
@testable import Monitor

@Suite struct DemoModelTests {
  static func model(
    _ name: String = "system-call", rows: Int = 24, columns: Int = 80
  ) throws -> DemoModel {
    DemoModel(try DemoRun.tape(name), extent: Extent(rows: rows, columns: columns))
  }

  static func key(_ key: Key, _ modifiers: KeyPress.Modifiers = []) -> DemoModel.Message {
    .input(.key(KeyPress(key, modifiers)))
  }

  /// The lines of the trace up to the model's step.
  static func shown(_ model: DemoModel) -> [String] {
    model.script.lines[..<model.script.steps[model.step].lines.upperBound].map {
      String(String.UnicodeScalarView($0.map(\.scalar)))
    }
  }

  @Test func `Enter and Space go on by a step, Backspace goes back`() throws {
    var model = try Self.model()
    #expect(Self.shown(model).first?.hasPrefix("system-call: INT 0x80") == true)
    _ = model.update(Self.key(.enter))
    #expect(Self.shown(model).last?.hasPrefix("IRET at 0x") == true)
    _ = model.update(Self.key(.space))
    #expect(Self.shown(model).last?.hasPrefix("  segment  CS 0x1b") == true)
    _ = model.update(Self.key(.backspace))
    #expect(Self.shown(model).last?.hasPrefix("IRET at 0x") == true)
  }

  @Test func `n and p go from event to event`() throws {
    var model = try Self.model()
    _ = model.update(Self.key(.n))
    #expect(Self.shown(model).last?.hasSuffix("(user_calls)") == true)
    _ = model.update(Self.key(.n))
    #expect(Self.shown(model).last?.hasSuffix("(handler)") == true)
    _ = model.update(Self.key(.p))
    #expect(Self.shown(model).last?.hasSuffix("(user_calls)") == true)
    for _ in 0..<5 { _ = model.update(Self.key(.p)) }
    #expect(model.step == 0)
  }

  @Test func `steps end at the first and the last`() throws {
    var model = try Self.model()
    _ = model.update(Self.key(.left))
    #expect(model.step == 0 && !model.isAtEnd)
    for _ in 0..<100 { _ = model.update(Self.key(.right)) }
    #expect(model.isAtEnd && model.timeToNextScene == nil)
    #expect(Self.shown(model).contains("the end, as expected"))
  }

  @Test func `a goes on by itself until the end or a key`() throws {
    var model = try Self.model("timer")
    _ = model.update(Self.key(.a))
    #expect(model.isPlaying)
    _ = model.update(.due)
    #expect(model.isPlaying && model.step > 0)
    let there = model.step
    _ = model.update(Self.key(.space))
    #expect(!model.isPlaying && model.step == there)
    _ = model.update(Self.key(.a))
    for _ in 0..<100 { _ = model.update(.due) }
    #expect(model.isAtEnd && !model.isPlaying)
  }

  @Test func `time passes between scenes as the guest's clock says`() throws {
    var model = try Self.model("timer")
    for _ in 0..<3 { _ = model.update(Self.key(.n)) }
    guard case .again(_, 9, _) = model.scene.event else {
      Issue.record("\(model.scene.event)")
      return
    }
    // Ten ticks of a hundredth of a second.
    let time = try #require(model.timeToNextScene)
    #expect((99_000_000...101_000_000).contains(time))
  }

  @Test(
    arguments: [
      (.q, []), (.x, []), (.c, .control),
    ] as [(Key, KeyPress.Modifiers)])
  func `some keys quit`(key: Key, modifiers: KeyPress.Modifiers) throws {
    var model = try Self.model()
    #expect(model.update(Self.key(key, modifiers)) == [.quit])
  }

  @Test func `the keys of kemu run work as well`() throws {
    var model = try Self.model()
    #expect(model.update(Self.key(.a, .control)).isEmpty)
    #expect(!model.isPlaying)
    #expect(model.update(Self.key(.z)) == [.suspend])
    _ = model.update(Self.key(.h))
    #expect(model.isHelpShown)
    #expect(model.update(Self.key(.b)).isEmpty)
    #expect(!model.isHelpShown)
  }

  @Test func `another width keeps the step`() throws {
    for demo in Demo.all {
      let tape = try DemoRun.tape(demo.name)
      let counts = [40, 60, 78, 110].map { DemoScript(tape, width: $0).steps }
      for steps in counts {
        #expect(steps.map(\.scene) == counts[0].map(\.scene), "\(demo.name)")
      }
      #expect(Set(counts[0].map(\.scene)).count == tape.scenes.count)
    }
  }
}
