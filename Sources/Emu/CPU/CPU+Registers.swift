// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

extension CPU {
  /// Whether an instruction may write `value` to a register; if so, `value` becomes what that holds then.
  func admits(_ register: engine_register, _ number: UInt32, _ value: inout UInt64) -> Bool {
    let admitted: UInt64? =
      switch register {
      case .control: admitted(value, toControlRegister: number)
      case .model_specific: admitted(value, to: MSR(rawValue: number))
      case .mxcsr: ControlState.admits(mxcsr: value) ? value : nil
      }
    guard let admitted else { return false }
    value = admitted
    return true
  }

  private func admitted(_ value: UInt64, toControlRegister number: UInt32) -> UInt64? {
    switch number {
    case 0: controlState.admits(cr0: value)?.rawValue
    case 3: ControlState.admits(cr3: value)
    case 4: controlState.admits(cr4: value)?.rawValue
    default: value
    }
  }

  private func admitted(_ value: UInt64, to msr: MSR?) -> UInt64? {
    guard let msr else { return nil }
    // Kernels write the others on each system call or switch of tasks.
    guard msr == .efer else { return msr.admits(value, cr0: [], efer: []) }
    let registers = registers
    return msr.admits(value, cr0: registers.cr0, efer: registers.efer)
  }

  private var controlState: ControlState {
    let r = registers
    let task = SystemSegmentType(r.tr.access)
    return ControlState(
      cr0: r.cr0, cr4: r.cr4, efer: r.efer, codeIsLong: r.mode == .long64,
      taskIsNarrow: task == .availableTSS16 || task == .busyTSS16)
  }
}
