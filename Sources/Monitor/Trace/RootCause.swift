// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Why nothing could be delivered any more, and what to look at first.
struct RootCause: Equatable {
  /// The first thing that was wrong, in a sentence without a full stop.
  let sentence: String
  /// Where to begin.
  let advice: String

  /// What follows from the first delivery that failed; nil if there is none.
  init?(_ tripleFault: TripleFault) {
    guard let first = tripleFault.failed.first else { return nil }
    let what = first.event.shortTitle(line: tripleFault.occasion?.line)
    let vector = first.event.vector
    let selector = first.progress.gate.map { hex($0.selector.rawValue) } ?? ""
    switch first.fault.check {
    case .vectorInTable where first.progress.table.limit == 0:
      sentence = "the IDT is empty, its limit is 0: \(what) has no handler, nor has any other"
      advice = "lidt: was it executed by then? its limit is the table's size less 1"
    case .vectorInTable:
      sentence =
        "the IDT ends before entry \(vector): its limit is \(hex(first.progress.table.limit))"
      advice = "the limit that lidt loads: the table's size less 1, in bytes"
    case .gateReadable:
      sentence =
        "the IDT at \(first.progress.table.base.text) is not mapped where entry \(vector) is"
      advice = "the page tables in use: the IDT's pages belong into them"
    case .gateType where first.progress.gate?.low == 0:
      sentence = "entry \(vector) of the IDT is empty: \(what) has no handler"
      advice = "where the IDT is filled in: it needs a gate for vector \(vector)"
    case .gateType:
      sentence = "entry \(vector) of the IDT is no gate that this mode takes"
      advice = "the size of an entry, 16 bytes in long mode and else 8, and its type"
    case .gatePresent:
      sentence = "entry \(vector) of the IDT is not present: \(what) has no handler"
      advice = "where the IDT is filled in: bit 47 of the entry is P"
    default:
      (sentence, advice) = Self.behindTheGate(first, what, selector)
    }
  }

  private static func behindTheGate(
    _ first: FailedDelivery, _ what: String, _ selector: String
  ) -> (String, String) {
    let rule = first.fault.check.rule.prefix { $0 != "," }
    switch first.fault.check.step {
    case .segment:
      return (
        "the gate of \(what) leads to selector \(selector), which does not do; the rule: \(rule)",
        "the GDT in use: is there still what the gates were made for?"
      )
    case .stack:
      return (
        "there is no stack for the handler of \(what); the rule: \(rule)",
        "TR and the TSS: was ltr executed, is the pointer of that ring or IST set?"
      )
    case .push:
      let place = first.fault.address?.text ?? "there"
      let why = first.walk?.verdict ?? ""
      return (
        "the frame of \(what) cannot be pushed at \(place)" + (why.isEmpty ? "" : ": \(why)"),
        "the stack pointer: did the stack overflow? an IST entry gives #DF one of its own"
      )
    case .enter, .task, .gate:
      return (
        "\(what) cannot be delivered; the rule: \(rule)", "entry \(first.event.vector) of the IDT"
      )
    }
  }
}

extension TripleFault {
  /// What came of what: `#PF`, `#GP`, `#DF`, `#GP`.
  var chain: [String] {
    var names: [String] = []
    for (number, failure) in failed.enumerated() {
      if number == 0 || failure.event.vector == Exception.doubleFault.rawValue {
        names.append(failure.event.shortTitle(line: occasion?.line))
      }
      names.append(failure.fault.exception.facts.mnemonic)
    }
    return names
  }
}
