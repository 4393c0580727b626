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
          kind: Transfer.Kind(kind), moment: board.now(instructions), instructions: instructions,
          from: .init(before), to: .init(registers))))
  }
}

extension Transfer.Kind {
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
