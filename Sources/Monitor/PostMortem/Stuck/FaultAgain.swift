// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// A handler that returns to the instruction that faulted, with nothing changed: it faults again.
enum FaultAgain {
  /// What a program may do on purpose comes less often.
  private static let many: UInt64 = 1000

  static func diagnose(_ evidence: Evidence) -> (Finding, FaultCase?)? {
    guard let last = evidence.deliveries.last, let exception = last.exception, last.kind == .fault,
      last.count >= many
    else { return nil }
    let fault = FaultCase(last, evidence.atFault(last))
    let why = Origins.finding(fault)
    let name = exception.facts.mnemonic
    return (
      Finding(
        .sameFaultAgain,
        cause:
          "\(fault.longPlace) has raised \(name) \(last.count.grouped) times: each time the handler "
          + "\(evidence.kernel.described(last.handler)) returned without removing the cause, and the instruction "
          + "was executed again. " + (why?.cause ?? ""),
        lookFirst: why?.lookFirst
          ?? "what \(evidence.kernel.name(of: last.handler)) does about \(name)"),
      fault
    )
  }
}
