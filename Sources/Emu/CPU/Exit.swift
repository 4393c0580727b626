// SPDX-License-Identifier: GPL-2.0-or-later

/// Why the processor handed control back.
enum Exit: Equatable {
  /// The budget is spent, to the instruction.
  case budget
  /// Somebody asked for a pause.
  case paused
  /// The next instruction is where runs are to end.
  case arrived
  /// The board asked for a stop.
  case stopped
  /// HLT was executed.
  case halted
  /// Not even a double fault could be delivered.
  indirect case shutdown(TripleFault)
  /// The engine gave up, for a reason of its own; a bug.
  case failed(code: Int32)
}
