// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Why a guest died, or does not go on: computed from evidence, then shown.
///
/// Nothing is said of a guest that simply came to its end.
struct PostMortem: Equatable, Sendable {
  /// One event of the chain.
  struct Link: Equatable, Sendable {
    /// What happened, and where.
    var heading: String
    /// What there is to say of it, under words that the trace uses, too.
    var notes: [Note]
  }

  /// A word, and what it says.
  struct Note: Equatable, Sendable {
    /// `cause`, `error`, `walk`, `rule`.
    var word: String
    /// Whole sentences, to be broken into lines.
    var text: String
    /// The walk whose lines stand before the text.
    var walk: PageWalk?

    init(_ word: String, _ text: String, walk: PageWalk? = nil) {
      (self.word, self.text, self.walk) = (word, text, walk)
    }
  }

  /// The chain of events, in the order in which they happened.
  var chain: [Link]
  /// The calls that led there; only the innermost if nothing is known of them.
  var backtrace: Backtrace
  /// Which shapes were found: what the program did, then why no handler was told.
  var shapes: [Shape]
  /// The root cause.
  var cause: String
  /// What to look at first.
  var lookFirst: String
  /// Whether the guest is dead, rather than still there.
  var isDead: Bool

  /// What is to be said of `end`; nil if nothing looks wrong.
  init?(_ end: SessionEnd, _ evidence: Evidence) {
    switch end {
    case .guest(.tripleFault(let fault)): self.init(fault, evidence)
    case .guest(.halted), .guest(.spinning): self.init(stuck: evidence, canGoOn: false)
    case .guest(.waitingForNothing), .idle, .instructionBudget, .timeout:
      self.init(stuck: evidence, canGoOn: true)
    default: return nil
    }
  }

  private init(_ tripleFault: TripleFault, _ evidence: Evidence) {
    let fault = FaultCase(tripleFault, evidence)
    let origin = Origins.finding(fault)
    // Where the stack or the handlers are at fault, how the last delivery failed is only a consequence.
    let hidesDelivery: [Shape] = [
      .handlerNotMapped, .handlerFaults, .tablesOverwritten, .stackOverflow, .noStack,
    ]
    let delivery =
      origin.map { hidesDelivery.contains($0.shape) } == true ? nil : Undelivered.finding(fault)
    chain = Chain.links(fault, walk: origin?.walk, before: origin?.before)
    backtrace = evidence.backtrace()
    shapes = [origin?.shape, delivery?.shape].compactMap { $0 }
    cause = [origin?.cause, delivery?.cause].compactMap { $0 }.joined(separator: " ")
    // What a device or an INT n does is no defect: then the way to the handler is.
    let isInnocent = fault.exception == nil || fault.exception == .breakpoint
    let looks =
      isInnocent ? [(delivery ?? origin)?.lookFirst] : [origin?.lookFirst, delivery?.lookFirst]
    lookFirst = looks.compactMap { $0?.ended }.joined(separator: " Then: ")
    isDead = true
  }

  private init?(stuck evidence: Evidence, canGoOn: Bool) {
    guard let (finding, fault) = Stuck.finding(evidence, canGoOn: canGoOn) else { return nil }
    chain = fault.map { Chain.links($0, walk: finding.walk) } ?? []
    backtrace = (fault?.evidence ?? evidence).backtrace()
    shapes = [finding.shape]
    cause = finding.cause
    lookFirst = finding.lookFirst.ended
    isDead = false
  }
}

extension String {
  /// With a full stop, unless it asks.
  fileprivate var ended: String { hasSuffix("?") ? self : self + "." }
}
