// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Says in one sentence why a session ended, and where.
public struct StopSentence {
  /// Why it ended.
  public var end: SessionEnd
  /// The next instruction when it ended.
  public var rip: VirtAddr
  /// The instructions executed.
  public var instructions: UInt64
  /// The text of `--until`, if given.
  public var until: String?
  /// The key and letter that quit.
  public var escape: EscapeKey
  /// Names addresses.
  public var symbolizer: Symbolizer
  /// Names the address where a guest came to rest, which is all that a person asks of its source.
  public var restSymbolizer: Symbolizer

  /// A sentence of these parts.
  public init(
    end: SessionEnd, rip: VirtAddr, instructions: UInt64, until: String? = nil,
    escape: EscapeKey = .standard, symbolizer: @escaping Symbolizer,
    restSymbolizer: Symbolizer? = nil
  ) {
    self.end = end
    self.rip = rip
    self.instructions = instructions
    self.until = until
    self.escape = escape
    self.symbolizer = symbolizer
    self.restSymbolizer = restSymbolizer ?? symbolizer
  }

  /// The sentence, without a full stop, to be put after `kemu: `.
  public var text: String {
    switch end {
    case .guest(.tripleFault(let fault)): tripleFault(fault)
    case .untilMet(let place): "\"\(until ?? "")\" appeared \(Self.name(place)) \(after)"
    case .idle(let span, let keys, let inputLeft):
      idle(span, keys: keys, inputLeft: inputLeft) + " (\(at) \(after))"
    case .instructionBudget(let most):
      "the budget of \(most.grouped) instructions ran out \(at)"
    case .timeout(let span): "the time of \(span.inSeconds) ran out \(at) \(after)"
    case .quit: "quit with \(escape.name) x \(at) \(after)"
    case .signal(let number): "ended by \(Self.name(signal: number)) \(at) \(after)"
    case .guest(let stop): "\(Self.clause(stop)) \(at) \(after)"
    }
  }

  private var at: String { "at \(rip.described(by: isAtRest ? restSymbolizer : symbolizer))" }

  /// Whether where it stands is where it would not go on.
  private var isAtRest: Bool {
    switch end {
    case .guest(.halted), .guest(.spinning), .guest(.waitingForNothing), .idle,
      .instructionBudget, .timeout:
      true
    case .guest, .untilMet, .quit, .signal: false
    }
  }

  private var after: String {
    "after \(instructions.grouped) instruction\(instructions == 1 ? "" : "s")"
  }

  private static func clause(_ stop: Stop) -> String {
    switch stop {
    case .halted: "the guest halted with interrupts off"
    case .spinning: "the guest spins in an empty loop with interrupts off"
    case .waitingForNothing: "the guest waits in HLT and nothing is left that could wake it,"
    case .powerOff: "the guest switched the machine off"
    case .guestExit(let value): "the guest left with \(hex(value)) on the exit port"
    case .reset(.keyboardController):
      "the guest asked the keyboard controller for a reset (port 0x64)"
    case .reset(.resetControl): "the guest asked the chipset for a reset (port 0xcf9)"
    case .reset(.systemControlPortA): "the guest asked for a fast reset (port 0x92)"
    case .tripleFault: "a triple fault stopped the processor"
    case .engineFailure(let code):
      "internal error: the engine failed with code \(code); please report this"
    }
  }

  private func idle(_ span: Duration, keys: Int, inputLeft: Bool) -> String {
    var left: [String] = []
    if keys > 0 { left.append("the last \(keys == 1 ? "key" : "\(keys) keys")") }
    if inputLeft { left.append("all of COM1's input") }
    let quiet = "nothing changed for \(span.inSeconds) of guest time"
    if left.isEmpty { return quiet }
    return quiet + " and the guest did not take \(left.joined(separator: ", nor "))"
  }

  /// What came first; the post-mortem has the chain.
  private func tripleFault(_ fault: TripleFault) -> String {
    let first = fault.first
    let isDevice = fault.failed.first?.event.kind == .external
    var text = "triple fault: \(isDevice ? Self.deviceInterrupt(first.vector) : Self.name(first))"
    if let code = first.errorCode { text += ", error code \(hex(code))" }
    if let cr2 = first.cr2 { text += ", CR2 \(cr2.described(by: symbolizer))" }
    return text + ", RIP \(first.rip.described(by: symbolizer)), \(after)"
  }

  private static func deviceInterrupt(_ vector: UInt8) -> String {
    "a device's interrupt with vector \(vector)"
  }

  private static func name(_ fault: Fault) -> String {
    let vector = "vector \(fault.vector)"
    if let exception = Exception(rawValue: fault.vector), !fault.isSoftware || fault.vector == 3 {
      return "\(exception.title) (\(vector))"
    }
    let kind = fault.isSoftware ? "software interrupt INT" : "interrupt"
    return "\(kind) \(hex(fault.vector)) (\(vector))"
  }

  private static func name(_ place: UntilPlace) -> String {
    switch place {
    case .screen: "on the screen"
    case .com1: "in COM1's output"
    case .debugcon: "in port 0xe9's output"
    }
  }

  static func name(signal: Int32) -> String {
    let names: [Int32: String] = [1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 15: "SIGTERM"]
    return names[signal] ?? "signal \(signal)"
  }
}
