// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// A shape that a guest's end can have.
enum Shape: String, CaseIterable, Sendable {
  // What the program did
  case handlerNotMapped, handlerFaults, tablesOverwritten, stackOverflow, noStack, jumpToZero
  case code64In32BitMode, code64InCompatibilityMode, code32In64BitMode
  case noExecuteWithoutNXE, writeToCode, nearTextMemory, staleSelector, sseSwitchedOff,
    misalignedOperand
  case plainException, deviceInterrupt, softwareInterrupt
  // Why no handler could be told
  case noIDT, shortIDT, idtNotMapped, noGate, wrongGate, badCodeSegment, noTaskStack, ruleBroken
  // Why it goes on without end
  case stoppedInHandler, sameFaultAgain, missingEndOfInterrupt
}

/// What a diagnosis has found.
struct Finding: Equatable, Sendable {
  /// Which shape it is.
  var shape: Shape
  /// The cause, in a sentence or two.
  var cause: String
  /// What to look at first, in a sentence.
  var lookFirst: String
  /// The walk that decided, if it is not that of the first fault.
  var walk: PageWalk?

  /// What the history has to say of the time before the first fault.
  var before: PastDelivery?

  /// A finding of these parts.
  init(
    _ shape: Shape, cause: String, lookFirst: String, walk: PageWalk? = nil,
    before: PastDelivery? = nil
  ) {
    (self.shape, self.cause, self.lookFirst) = (shape, cause, lookFirst)
    (self.walk, self.before) = (walk, before)
  }
}

/// One way to explain a fault; nil if it does not apply.
typealias Diagnosis = @Sendable (FaultCase) -> Finding?
