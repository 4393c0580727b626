// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// The traces that are made from the visits of blocks: every instruction, and calls.
struct FlowTrace {
  private var instructions: InstructionTrace?
  private var calls: CallTrace?
  /// Whether exceptions and interrupts have no lines of their own.
  private let tellsDeliveries: Bool

  init(
    _ categories: TraceCategories, _ format: TraceFormat, width: Int, hasColors: Bool,
    symbolizer: @escaping Symbolizer, lines: @escaping (VirtAddr) -> SourceLine?,
    to buffer: TraceBuffer
  ) {
    if categories.contains(.instructions) {
      let format = InstructionFormat(
        format, width: width, symbolizer: symbolizer, lines: lines)
      instructions = InstructionTrace(format, to: buffer)
    }
    if categories.contains(.calls) {
      calls = CallTrace(
        format, width: width, hasColors: hasColors, symbolizer: symbolizer, lines: lines,
        to: buffer)
    }
    tellsDeliveries =
      categories.isDisjoint(with: [.faults, .interrupts, .calls])
  }

  /// Takes what happened in the machine.
  mutating func receive(_ event: Event) {
    switch event {
    case .visited(let visits):
      instructions?.take(visits)
      calls?.take(visits)
    case .translated(let block, let number):
      instructions?.learn(block, number: number)
      calls?.learn(block, number: number)
    case .delivered(let delivered):
      let title = delivered.plan.event.title(line: delivered.line)
      instructions?.end(
        with: delivered.cause, at: delivered.occasion, telling: tellsDeliveries ? title : nil)
      calls?.take(delivered)
    case .stopped(.tripleFault(let fault)):
      if let occasion = fault.occasion, let cause = fault.failed.first?.event {
        instructions?.end(with: cause, at: occasion, telling: nil)
      }
      end()
    default: end()
    }
  }

  /// All that was told before is written.
  mutating func end() {
    instructions?.endVisit()
    calls?.end()
  }
}
