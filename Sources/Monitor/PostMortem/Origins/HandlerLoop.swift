// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// A handler that faults before it can do anything, again and again, until the stack is used up.
///
/// What is left at the end is a triple fault somewhere else. The history has what came before.
enum HandlerLoop {
  static func diagnose(_ fault: FaultCase) -> Finding? {
    let history = fault.evidence.deliveries
    guard let last = history.last else { return nil }
    var first = history.count - 1
    while first > 0, history[first].kind == .fault,
      history[first].isAtHandler(of: history[first - 1])
    {
      first -= 1
    }
    let again = history[(first + 1)...].reduce(0) { $0 + $1.count }
    guard again > 0 || fault.fault.rip == last.handler || last.isAtHandler(of: last) else {
      return faulting(last, fault)
    }
    return unfetchable(history[first], again, fault)
  }

  /// `first` has entered a handler that faulted at its first instruction, `again` times delivered.
  private static func unfetchable(
    _ first: PastDelivery, _ again: UInt64, _ fault: FaultCase
  ) -> Finding? {
    let handler = first.handler
    let fetch = PageAccess(.fetch, as: .supervisor(ac: true))
    let walk = fault.evidence.memory.walk(handler, for: fetch)
    let kernel = fault.kernel
    let times = again > 1 ? ", \(again.grouped) times, each with another frame on the stack" : ""
    let came = FaultCase(first, fault.evidence)
    let name = came.shortName
    guard case .fault = walk.outcome else {
      // Once may have any reason.
      if again < 2 { return nil }
      return Finding(
        .handlerFaults,
        cause: "The handler of \(name), \(kernel.described(handler)), faults at its first "
          + "instruction\(times). It was entered for \(name) at \(came.longPlace).",
        lookFirst: "the first instruction of \(kernel.name(of: handler)), and what gate "
          + "\(first.vector) of the IDT says: is that the handler you meant?", before: first)
    }
    return Finding(
      .handlerNotMapped,
      cause: "The handler of \(name) is not there: gate \(first.vector) of the IDT leads to "
        + "\(kernel.described(handler)), where nothing can be executed (\(walk.sentence)). Its first "
        + "instruction faults\(times). What the handler was for: \(came.summary) at "
        + "\(came.longPlace).",
      lookFirst: "the address in gate \(first.vector): does it have all 64 bits of the handler's "
        + "address (a high half goes to bytes 8 to 11), and is the handler's page mapped?",
      walk: walk, before: first)
  }

  private static func faulting(_ last: PastDelivery, _ fault: FaultCase) -> Finding? {
    let function = fault.kernel.place(of: last.handler)?.symbol
    let isInHandler =
      function != nil && fault.kernel.place(of: last.rip)?.symbol == function
      && last.rip != last.handler
    guard isInHandler, last.count > 2, let exception = last.exception else { return nil }
    let first = origin(outside: function, fault)
    let cause =
      first.map { FaultCase($0, fault.evidence) }.map {
        " It was entered for \($0.shortName) at \($0.longPlace)."
      } ?? ""
    return Finding(
      .handlerFaults,
      cause:
        "The handler of \(exception.facts.mnemonic) raises \(exception.facts.mnemonic) itself, at "
        + "\(fault.kernel.described(last.rip)), \(last.count.grouped) times, each with another frame on the "
        + "stack.\(cause)",
      lookFirst:
        "\(fault.kernel.name(of: last.rip)): what it touches has to be there before the handler is",
      before: first)
  }

  private static func origin(outside function: String?, _ fault: FaultCase) -> PastDelivery? {
    fault.evidence.deliveries.last { fault.kernel.place(of: $0.rip)?.symbol != function }
  }
}
