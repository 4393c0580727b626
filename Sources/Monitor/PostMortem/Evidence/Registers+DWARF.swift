// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

// The registers of 64-bit code by DWARF's numbers: System V ABI, AMD64 supplement, figure 3.36.
extension Registers {
  /// RSP's number.
  static let dwarfRSP = 7
  /// The number of the return address, which is RIP's.
  static let dwarfRIP = 16

  private static var dwarfOrder: [WritableKeyPath<Registers, UInt64>] {
    [
      \.rax, \.rdx, \.rcx, \.rbx, \.rsi, \.rdi, \.rbp, \.rsp,
      \.r8, \.r9, \.r10, \.r11, \.r12, \.r13, \.r14, \.r15, \.rip,
    ]
  }

  /// Their values; nil stands for one that is lost.
  var dwarf: [UInt64?] {
    get { Self.dwarfOrder.map { self[keyPath: $0] } }
    set {
      for (register, value) in zip(Self.dwarfOrder, newValue) {
        if let value { self[keyPath: register] = value }
      }
    }
  }
}
