// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Why the guest stopped for good.
public enum Stop: Equatable, Sendable {
  /// The guest wrote `value` to the exit port.
  case guestExit(value: UInt32)
  /// The guest asked for a reset.
  case reset(ResetSource)
  /// The guest switched the machine off.
  case powerOff
  /// HLT with interrupts off: nothing but an NMI would wake it.
  case halted
  /// A loop that does nothing, with interrupts off.
  case spinning
  /// HLT with interrupts on, and nothing left that could interrupt.
  case waitingForNothing
  /// A triple fault: an exception or interrupt, what was raised in its place, and in the place of
  /// that, none of which could be delivered.
  ///
  /// Far away, as it is large and the answer to every run is of this type.
  indirect case tripleFault(TripleFault)
  /// The engine gave up for a reason of its own: an error of kemu, not of the guest.
  case engineFailure(code: Int32)
}

/// What led to a shutdown of the processor.
public struct TripleFault: Equatable, Sendable {
  /// What came first, and left the guest no way on.
  public var first: Fault
  /// Each delivery that was tried, and what it raised; the last was a double fault's.
  public var failed: [FailedDelivery]
  /// Where and when that was; nil if nobody was there, as in a test.
  public var occasion: Occasion?

  /// A triple fault of these parts.
  public init(first: Fault, failed: [FailedDelivery] = [], occasion: Occasion? = nil) {
    self.first = first
    self.failed = failed
    self.occasion = occasion
  }

  /// The same with more failures behind.
  func followed(by more: [FailedDelivery]) -> TripleFault {
    TripleFault(first: first, failed: failed + more, occasion: occasion)
  }
}

/// An exception or interrupt as the processor met it.
public struct Fault: Equatable, Sendable {
  /// The vector, 0...255.
  public var vector: UInt8
  /// The error code, for the vectors that have one.
  public var errorCode: UInt32?
  /// Whether it was raised by INT n, INT3 or INTO.
  public var isSoftware: Bool
  /// RIP as the handler would see it: the instruction for faults, the next one for traps.
  public var rip: VirtAddr
  /// CR2, for a page fault.
  public var cr2: VirtAddr?

  /// A fault of these parts.
  public init(
    vector: UInt8, errorCode: UInt32?, isSoftware: Bool, rip: VirtAddr, cr2: VirtAddr?
  ) {
    self.vector = vector
    self.errorCode = errorCode
    self.isSoftware = isSoftware
    self.rip = rip
    self.cr2 = cr2
  }
}
