// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine

extension CPU {
  /// Tells of an IRET or a system call that has been carried out.
  func transferred(_ kind: engine_transfer, from flow: engine_flow) {
    let registers = registers
    var before = registers
    before.cs = Registers.Segment(flow.cs)
    before.ss = Registers.Segment(flow.ss)
    (before.rsp, before.rip) = (flow.rsp, flow.rip)
    before.rflags = .init(rawValue: flow.rflags)
    board.emit(
      .transferred(
        Transfer(
          Transfer.Kind(kind), at: board.now(instructions), after: instructions,
          from: .init(before), to: .init(registers))))
  }

  /// Tells of a switch that has been carried out, but for the fault that it may end in.
  func switched(_ task: TaskSwitch, from old: Registers) {
    guard let kind = Transfer.Kind(task.cause) else { return }
    board.emit(
      .transferred(
        Transfer(
          kind, at: board.now(instructions), after: instructions, from: .init(old),
          to: .init(task.registers), by: task)))
  }
}

extension Transfer.Kind {
  /// The instruction that switches tasks; nil for an exception or interrupt, which is a delivery.
  fileprivate init?(_ cause: TaskSwitch.Cause) {
    switch cause {
    case .jump: self = .jump
    case .call: self = .call
    case .iret: self = .iret
    case .interruption: return nil
    }
  }

  fileprivate init(_ transfer: engine_transfer) {
    switch transfer {
    case .iret: self = .iret
    case .syscall: self = .syscall
    case .sysret: self = .sysret
    case .sysenter: self = .sysenter
    case .sysexit: self = .sysexit
    }
  }
}
