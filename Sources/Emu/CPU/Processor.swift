// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What the processor is doing, as a value.
public struct Processor: Equatable, Sendable {
  /// The linear address of the next instruction (CS base + RIP).
  public var rip: VirtAddr
  /// The mode it runs in.
  public var mode: Mode
  /// RFLAGS.IF.
  public var interruptsEnabled: Bool

  /// A processor of these parts.
  public init(rip: VirtAddr, mode: Mode, interruptsEnabled: Bool) {
    self.rip = rip
    self.mode = mode
    self.interruptsEnabled = interruptsEnabled
  }

  init(_ registers: Registers) {
    rip = registers.nextInstruction
    mode = registers.mode
    interruptsEnabled = registers.rflags.contains(.interrupts)
  }

  /// How instructions are decoded and addresses formed
  /// (Intel SDM Vol. 1 §3.1 "Modes of Operation", Vol. 3A §2.2 "Modes of Operation").
  public enum Mode: String, Sendable {
    case real16 = "real mode"
    case protected16 = "16-bit protected mode"
    case protected32 = "32-bit protected mode"
    case compatibility16 = "16-bit compatibility mode"
    case compatibility32 = "32-bit compatibility mode"
    case long64 = "64-bit mode"
  }
}
