// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

/// What a panic shows: why, where, the registers, the way there.
///
/// A value that knows nothing of screens, so that its text can be tested.
struct PanicReport {
  /// The first words: what kind of end this is.
  var title: Text
  /// What happened.
  var message: Text
  /// The registers at that moment.
  var state: CPUState
  /// The control registers.
  var control: ControlSnapshot
  /// How the program got there.
  var backtrace: Backtrace
  /// The names of functions, if there are any.
  var symbols: Symbols?

  /// The place that a call returns to, with its function if there is a name for it.
  ///
  /// The return address is behind the call, which may be the last instruction of its function.
  private func call(from address: UInt64) -> Text {
    guard let (name, offset) = symbols?.function(at: address - 1) else {
      return "called from \(hex: address)"
    }
    return "called from \(hex: address) \(function: name)+\(hex: offset + 1)"
  }

  /// Calls `print` with each line and its colour; `load` reads eight bytes of the stack.
  func forEachLine(load: (UInt64) -> UInt64, _ print: (Text, ColorCode) -> Void) {
    print(title, ColorCode(.white, on: .red))
    print(message, ColorCode(.white))
    let grey = ColorCode.standard
    let (s, c) = (state, control)
    print("rax    \(r: s.rax)  rbx    \(r: s.rbx)  rcx    \(r: s.rcx)", grey)
    print("rdx    \(r: s.rdx)  rsi    \(r: s.rsi)  rdi    \(r: s.rdi)", grey)
    print("r8     \(r: s.r8)  r9     \(r: s.r9)  r10    \(r: s.r10)", grey)
    print("r11    \(r: s.r11)  r12    \(r: s.r12)  r13    \(r: s.r13)", grey)
    print("r14    \(r: s.r14)  r15    \(r: s.r15)  rbp    \(r: s.rbp)", grey)
    print("rsp    \(r: s.rsp)  rip    \(r: s.rip)  rflags \(r: s.rflags)", grey)
    print("cr2    \(r: c.cr2)  cr3    \(r: c.cr3)  cr0    \(r: c.cr0)", grey)
    print("cr4    \(r: c.cr4)  cs, ss \(hex: s.cs), \(hex: s.ss)", grey)
    backtrace.forEach(load: load) { print(call(from: $0), ColorCode(.darkGray)) }
  }
}

extension Text {
  /// A register: 16 digits, no prefix.
  fileprivate mutating func appendInterpolation(r value: UInt64) {
    for shift in stride(from: 60, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift) & 0xf)
      append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)  // "0"... and "a"...
    }
  }
}
