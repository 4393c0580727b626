// SPDX-License-Identifier: GPL-2.0-or-later

/// Why the processor handed control back.
enum Exit: Equatable {
  /// The budget is spent, to the instruction.
  case budget
  /// Somebody asked for a pause.
  case paused
  /// The board asked for a stop.
  case stopped
  /// HLT was executed.
  case halted
  /// Something was raised and not delivered.
  case undelivered(ProcessorEvent)
  /// The engine gave up, for a reason of its own; a bug.
  case failed(code: Int32)
}

/// An exception or a software interrupt, as the engine raises it.
struct ProcessorEvent: Equatable {
  /// The vector.
  var vector: UInt8
  /// The error code; meaningless for vectors that have none.
  var errorCode: UInt32
  /// The length of INT n, INT3 or INTO, behind which RIP stands; nil for an exception.
  var softwareLength: UInt8?
}
