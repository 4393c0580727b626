// SPDX-License-Identifier: GPL-2.0-or-later
import CDebugInfo
import X86

/// How to go from one place in a function to its caller: a row of its call frame information (DWARF 5 §6.4
/// "Call Frame Information").
struct CallFrame: Equatable {
  /// Where the value is that a register had in the caller.
  enum Rule: Equatable {
    case lost, same
    /// In memory, so far from the canonical frame address.
    case saved(Int64)
    /// That address itself, and so much more.
    case value(Int64)
  }

  /// The canonical frame address: this register, and so much more.
  var base: (register: Int, offset: Int64)
  /// Whether it says that the caller was interrupted there, and did not call.
  var isMarkedAsInterrupt: Bool
  /// By DWARF's register numbers.
  var rules: [Rule]

  static func == (left: CallFrame, right: CallFrame) -> Bool {
    left.base == right.base && left.isMarkedAsInterrupt == right.isMarkedAsInterrupt
      && left.rules == right.rules
  }

  /// Whether the caller was interrupted there, and did not call.
  ///
  /// LLVM's assembler leaves the mark out of .debug_frame, but no call has the stack pointer saved in
  /// memory.
  func isInterrupt(stackRegister: Int) -> Bool {
    if case .saved = rules[stackRegister] { return true }
    return isMarkedAsInterrupt
  }

  /// The registers of the caller, by DWARF's numbers; nil where they are lost. `returnRegister` is the
  /// number that stands for the return address, `stackRegister` that of the stack pointer.
  func caller(
    of registers: [UInt64?], stackRegister: Int, word: (VirtAddr) -> UInt64?
  ) -> [UInt64?]? {
    guard registers.indices.contains(base.register), let start = registers[base.register] else {
      return nil
    }
    let cfa = start &+ UInt64(bitPattern: base.offset)
    var caller = registers
    for (number, rule) in rules.enumerated() where number < caller.count {
      switch rule {
      case .lost: caller[number] = number == stackRegister ? cfa : nil
      case .same: caller[number] = number == stackRegister ? cfa : registers[number]
      case .saved(let offset): caller[number] = word(VirtAddr(cfa &+ UInt64(bitPattern: offset)))
      case .value(let offset): caller[number] = cfa &+ UInt64(bitPattern: offset)
      }
    }
    return caller
  }
}

extension CallFrame {
  /// The row that libdw has found.
  init(_ frame: debuginfo_frame) {
    base = (Int(frame.cfa_register), frame.cfa_offset)
    isMarkedAsInterrupt = frame.is_interrupt
    // SAFETY: a C array is a tuple of its elements, one behind the other.
    rules = withUnsafeBytes(of: frame.registers) { bytes in
      bytes.bindMemory(to: debuginfo_rule.self).map { rule in
        switch rule.kind {
        case DEBUGINFO_SAME: .same
        case DEBUGINFO_SAVED: .saved(rule.offset)
        case DEBUGINFO_VALUE: .value(rule.offset)
        default: .lost
        }
      }
    }
  }
}
