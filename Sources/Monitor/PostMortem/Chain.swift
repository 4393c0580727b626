// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// The chain of events from the first fault to the shutdown, each in words.
enum Chain {
  /// The links for `before`, `fault` and every delivery that failed; `walk` takes the place of the
  /// fault's own.
  static func links(
    _ fault: FaultCase, walk: PageWalk?, before: PastDelivery? = nil
  ) -> [PostMortem.Link] {
    let entered = before.map { entrance($0, fault) }
    return [entered, first(fault, walk: walk)].compactMap { $0 }
      + fault.failed.map { link($0, fault) }
  }

  /// What reached a handler that could not run.
  private static func entrance(_ delivery: PastDelivery, _ fault: FaultCase) -> PostMortem.Link {
    var link = first(FaultCase(delivery, fault.evidence), walk: nil)
    link.notes.append(.init("enter", fault.kernel.described(delivery.handler)))
    return link
  }

  private static func first(_ fault: FaultCase, walk: PageWalk?) -> PostMortem.Link {
    var notes: [PostMortem.Note] = []
    if let code = fault.pageFaultCode, let address = fault.fault.cr2 {
      notes.append(.init("cause", access(code, address, fault)))
      notes.append(.init("error", bits(code)))
      if let own = fault.walk, walk == nil { notes.append(note(own)) }
    } else if let code = fault.fault.errorCode {
      notes.append(.init("error", "\(hex(code)): \(SelectorErrorCode(rawValue: code))"))
    }
    if let walk { notes.append(note(walk)) }
    let place = fault.kernel.described(fault.fault.rip)
    let vector = "vector \(fault.fault.vector)"
    guard let exception = fault.exception else {
      return PostMortem.Link(heading: "\(fault.shortName), \(vector), at \(place)", notes: notes)
    }
    return PostMortem.Link(heading: "\(exception.title) (\(vector)) at \(place)", notes: notes)
  }

  private static func link(_ failure: FailedDelivery, _ fault: FaultCase) -> PostMortem.Link {
    var notes = [PostMortem.Note("rule", failure.fault.check.rule)]
    if let address = failure.fault.address {
      let code = PageFaultErrorCode(rawValue: failure.fault.errorCode)
      notes.append(.init("cause", access(code, address, fault)))
      notes.append(.init("error", bits(code)))
      notes.append(note(fault.evidence.walk(address, code, isFetch: false)))
    } else {
      let code = failure.fault.errorCode
      notes.append(.init("error", "\(hex(code)): \(SelectorErrorCode(rawValue: code))"))
    }
    let consequence = failure.consequence(
      of: fault.name(of: failure.event), becoming: failure.next)
    return PostMortem.Link(
      heading: "\(failure.fault.exception.title) \(consequence)", notes: notes)
  }

  private static func access(
    _ code: PageFaultErrorCode, _ address: VirtAddr, _ fault: FaultCase
  ) -> String {
    let isFetch = fault.isFetch && address == fault.fault.cr2
    let kind: PageAccess.Kind = code.contains(.write) ? .write : isFetch ? .fetch : .read
    let access = PageAccess(kind, as: code.contains(.user) ? .user : .supervisor(ac: false))
    return "\(access.words) \(fault.kernel.described(address))"
  }

  /// `0x2: P=0 page not present, W/R=1 write, U/S=0 in supervisor mode`
  private static func bits(_ code: PageFaultErrorCode) -> String {
    var words: [String] = []
    code.forEachMeaning { words.append("\($0)=\($1 ? 1 : 0) \($2)") }
    return "\(hex(code.rawValue)): \(words.joined(separator: ", "))"
  }

  private static func note(_ walk: PageWalk) -> PostMortem.Note {
    PostMortem.Note("walk", walk.sentence, walk: walk)
  }
}

extension FaultCase {
  /// `#PF`, `INT 0x80`, `IRQ 0 (timer)`.
  fileprivate func name(of event: Interruption) -> String {
    switch event.kind {
    case .external, .softwareInterrupt: shortName
    default: Exception(rawValue: event.vector)?.facts.mnemonic ?? shortName
    }
  }
}
