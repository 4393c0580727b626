// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A way to another privilege or task, or back from a handler, that is an instruction's and no event's.
public struct Transfer: Sited, Equatable, Sendable {
  /// The instruction.
  public let kind: Kind
  /// When it has been carried out.
  public let moment: GuestTime
  /// The instructions executed until then, this one included.
  public let instructions: UInt64
  /// Where and when it stands.
  public var site: Site {
    Site(
      moment: moment, instructions: instructions, address: from.rip, mode: from.mode,
      privilege: from.privilege)
  }
  /// Where it stands.
  public let from: Place
  /// Where it leads.
  public let to: Place
  /// The switch to another task; nil for what stays in the same one.
  public var task: TaskSwitch? { far?.value }
  private let far: FarTaskSwitch?

  /// The instructions.
  public enum Kind: String, Sendable {
    case iret = "IRET"
    case jump = "JMP"
    case call = "CALL"
    case syscall = "SYSCALL"
    case sysret = "SYSRET"
    case sysenter = "SYSENTER"
    case sysexit = "SYSEXIT"
  }

  /// What of the processor such an instruction changes.
  public struct Place: Equatable, Sendable {
    /// The linear address of the instruction.
    public let rip: VirtAddr
    /// CS with its hidden part.
    public let cs: Registers.Segment
    /// SS with its hidden part.
    public let ss: Registers.Segment
    /// The stack pointer.
    public let rsp: UInt64
    /// The flags.
    public let rflags: RFLAGS
    /// The privilege level, 0...3.
    public let privilege: UInt8
    /// How instructions are decoded.
    public let mode: Processor.Mode

    init(_ registers: Registers) {
      rip = registers.nextInstruction
      (cs, ss) = (registers.cs, registers.ss)
      (rsp, rflags) = (registers.rsp, registers.rflags)
      privilege = registers.privilegeLevel
      mode = registers.mode
    }
  }
  /// A transfer of these parts.
  init(
    _ kind: Kind, at moment: GuestTime, after instructions: UInt64, from: Place, to: Place,
    by task: TaskSwitch? = nil
  ) {
    (self.kind, self.moment, self.instructions) = (kind, moment, instructions)
    (self.from, self.to) = (from, to)
    far = task.map(FarTaskSwitch.init)
  }
}
