// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

// What a record says in words, the same in every format.

extension TraceRecord {
  /// What was raised: `#PF Page Fault`, `IRQ 0 (timer)`, `INT 0x80`.
  var title: String {
    if let exception { return exception.title }
    guard let event else { return "" }
    return event.title(line: occasion.line)
  }

  /// What happened to it, behind the title; empty for what came first.
  var consequence: String {
    guard let raised else { return "" }
    return raised.consequence(
      of: raised.event.shortTitle(line: occasion.line), becoming: event)
  }

  /// What was tried.
  func cause(_ name: (VirtAddr) -> String) -> String {
    if let raised {
      let whose = raised.event.shortTitle(line: occasion.line)
      let what = raised.fault.check.step.attempt
      guard let address = raised.fault.address else { return "\(what) for \(whose)" }
      return "\(what) for \(whose), at \(name(address))"
    }
    guard let event else { return "" }
    switch event.kind {
    case .external:
      guard let line = occasion.line else {
        return "no line asks any more: vector \(event.vector) is the controller's spurious one"
      }
      return "\(line) was raised; the controllers answered with vector \(event.vector)"
    case .nonMaskable: return "NMI was raised: it comes whatever IF is, as vector 2"
    case .softwareInterrupt: return "int \(hex(event.vector))"
    case .trap: return occasion.debug?.words(name) ?? "behind an instruction"
    case .abort: return event.exception?.facts.name ?? ""
    case .softwareException, .privilegedSoftwareException: return instruction ?? "an instruction"
    case .fault: return faultCause(event, name)
    }
  }

  private func faultCause(_ event: Interruption, _ name: (VirtAddr) -> String) -> String {
    let instruction = instruction ?? "an instruction"
    switch event.exception {
    case .pageFault:
      guard let walk = occasion.walk else { return instruction }
      return "\(walk.access.words) \(name(walk.address))"
    case .divideError: return "\(instruction): by zero, or the quotient does not fit"
    case .invalidOpcode:
      switch self.instruction {
      case "ud2": return "ud2, which is never valid"
      case let name?: return "\(name): not valid here"
      case nil: return "no valid instruction here"
      }
    case .deviceNotAvailable: return "\(instruction), while TS or EM of CR0 is 1"
    case .generalProtection:
      if let access = ModelSpecificAccess(occasion) { return access.words }
      return self.instruction.map { "\($0): not allowed like this" }
        ?? "privilege, a segment, or an address that is not canonical"
    case .debug: return occasion.debug?.words(name) ?? instruction
    default: return instruction
    }
  }

  /// The instruction's name, if it is one of those that raise exceptions for what they are.
  var instruction: String? {
    InstructionName(occasion.code, is64Bit: occasion.mode == .long64)?.text
  }
}

extension FailedDelivery {
  /// What came of it, behind the title of the fault that it raised: `name` is what was delivered, `next` what
  /// is delivered then, nil for a shutdown.
  func consequence(of name: String, becoming next: Interruption?) -> String {
    let past = "while delivering \(name)"
    guard let next else { return "\(past): shuts the processor down" }
    if next.vector == fault.exception.rawValue { return "\(past): is delivered instead" }
    return "\(past): becomes \(Exception.doubleFault.title)"
  }
}

extension Exception {
  /// `#PF Page Fault`: how an exception is called everywhere.
  var title: String { "\(facts.mnemonic) \(facts.name)" }
}

extension Interruption {
  /// What it is called at length.
  func title(line: IRQ?) -> String {
    switch kind {
    case .external: "\(line.map { "\($0)" } ?? "Spurious interrupt") as vector \(vector)"
    case .softwareInterrupt: "INT \(hex(vector))"
    default: Exception(rawValue: vector)?.title ?? "vector \(vector)"
    }
  }

  /// What it is called in passing.
  func shortTitle(line: IRQ?) -> String {
    switch kind {
    case .external: line.map { "IRQ \($0.number)" } ?? "a spurious interrupt"
    case .softwareInterrupt: "INT \(hex(vector))"
    default: Exception(rawValue: vector)?.facts.mnemonic ?? "vector \(vector)"
    }
  }
}

extension PageAccess {
  /// `user write to`, `instruction fetch from`.
  var words: String {
    let who =
      switch privilege {
      case .user: "user"
      case .supervisor: "supervisor"
      case .implicitSupervisor: "the processor's own"
      }
    return switch kind {
    case .read: "\(who) read of"
    case .write: "\(who) write to"
    case .fetch: "\(who) instruction fetch from"
    }
  }
}

extension Occasion {
  /// The mode, of which virtual-8086 mode is one of its own.
  var modeName: String { isVirtual8086 ? "virtual-8086 mode" : mode.rawValue }

  /// Whether the program is one of real mode, in protected mode.
  var isVirtual8086: Bool { mode == .real16 && privilege == 3 }
}

extension DeliveryStep {
  /// What the processor does at this step.
  var attempt: String {
    switch self {
    case .gate: "reading the gate"
    case .task: "switching to the task"
    case .segment: "loading CS of the handler"
    case .stack: "finding the stack"
    case .push: "pushing the frame"
    case .enter: "entering the handler"
    }
  }

  /// The word that its line begins with.
  var word: StaticString {
    switch self {
    case .gate: "gate"
    case .task: "task"
    case .segment: "segment"
    case .stack: "stack"
    case .push: "push"
    case .enter: "enter"
    }
  }
}

extension Registers.Segment {
  /// `64-bit code`, `32-bit conforming code`.
  var codeName: String {
    let size = flags.contains(.long) ? "64-bit" : flags.contains(.big) ? "32-bit" : "16-bit"
    return access.contains(.conformingOrExpandDown) ? "\(size) conforming code" : "\(size) code"
  }
}

extension RFLAGS {
  /// Those that a delivery may change; a task switch loads the others, too.
  private static let ofDeliveries: RFLAGS = [
    .trap, .interrupts, .nestedTask, .resume, .virtual8086, .alignmentCheck,
  ]

  /// The names of those of them that are 1 here and 0 in `after`.
  func cleared(in after: RFLAGS) -> [String] {
    Self.names(in: intersection(Self.ofDeliveries).subtracting(after).rawValue)
  }
}

extension DeliveryPlan.Stack {
  /// `the same`, `TSS.RSP0`, `IST 1`.
  func name(isLong: Bool) -> String {
    switch self {
    case .current: "the same"
    case .task(let level): isLong ? "TSS.RSP\(level)" : "TSS.SS\(level):ESP\(level)"
    case .interrupt(let index): "IST \(index)"
    case .newTask: "the new task's"
    }
  }
}
