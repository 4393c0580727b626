// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

// Debug registers, and the accesses that meet breakpoints. Without a breakpoint that is enabled none
// of this costs anything; with one, the engine asks between any two instructions.
extension CPU {
  /// MOV from or to a debug register: gives or takes `value`, or the exception that it raises instead
  /// (Intel SDM Vol. 2B "MOV—Move to/from Debug Registers").
  func moveDebugRegister(_ number: UInt8, isWrite: Bool, _ value: inout UInt64) -> Exception? {
    let hasExtensions = registers.cr4.contains(.de)
    // Intel SDM Vol. 3B §17.2.2 "Debug Registers DR4 and DR5".
    if number == 4 || number == 5, hasExtensions { return .invalidOpcode }
    if debugRegisters.dr7.detectsAccess {
      raiseDebugException(.debugRegister)
      return .debug
    }
    let number = number == 4 || number == 5 ? number + 2 : number
    if isWrite {
      guard ControlState.admits(debugRegister: UInt32(number), value) else {
        return .generalProtection
      }
      writeDebugRegister(number, value)
    } else {
      value = readDebugRegister(number)
    }
    return nil
  }

  private func readDebugRegister(_ number: UInt8) -> UInt64 {
    switch number {
    case 6: debugRegisters.dr6.rawValue
    case 7: debugRegisters.dr7.rawValue
    default: debugRegisters.addresses[Int(number)].value
    }
  }

  private func writeDebugRegister(_ number: UInt8, _ value: UInt64) {
    let watchedData = debugRegisters.watchesData
    switch number {
    case 6: debugRegisters.dr6 = DR6(writing: value)
    case 7: debugRegisters.dr7 = DR7(writing: value)
    default: debugRegisters.addresses[Int(number)] = VirtAddr(value)
    }
    // Cached translations say which pages are watched.
    if watchedData || debugRegisters.watchesData { flushTranslations() }
    watchIfNeeded()
  }

  /// Has the engine ask between instructions if there is anything to be answered.
  func watchIfNeeded() {
    engine_watch(engine, debugRegisters.dr7.isAnyEnabled || !pendingTraps.isEmpty)
  }

  /// Notes in DR6 what a debug exception is about, and lets its handler access debug registers.
  func raiseDebugException(_ conditions: DR6) {
    debugConditions = conditions
    debugRegisters.dr6 = debugRegisters.dr6.reporting(conditions)
    debugRegisters.dr7 = debugRegisters.dr7.onEntryToHandler
  }

  /// Notes what an access to a watched page meets.
  func noteAccess(to address: VirtAddr, count: UInt64, isWrite: Bool) {
    pendingTraps.note(debugRegisters.metByAccess(to: address, count: count, isWrite: isWrite))
  }

  /// Notes what the pushes of a delivery meet: a trap in front of the handler's first instruction.
  @inline(never)
  func noteAccesses(of frame: InterruptFrame) {
    for number in 0..<frame.count {
      noteAccess(to: frame.address(of: number), count: frame.width, isWrite: true)
    }
  }

  /// Notes what an access to a port meets.
  @inline(__always)
  func noteAccess(toPort port: UInt16, _ width: AccessWidth) {
    if debugRegisters.dr7.isAnyEnabled { notePort(port, width) }
  }

  @inline(never)
  private func notePort(_ port: UInt16, _ width: AccessWidth) {
    guard debugRegisters.watchesPorts, registers.cr4.contains(.de) else { return }
    pendingTraps.note(debugRegisters.metByPort(port, count: UInt64(width.rawValue)))
  }
}

extension CPU {
  /// Asks for an NMI; one that is already asked for and not yet delivered is the same.
  func requestNMI() {
    isNMIRequested = true
    updateNMI()
  }

  /// Tells the engine whether an NMI reaches the processor.
  func updateNMI() { engine_set_nmi(engine, isNMIRequested && board.isNMILetThrough) }

  /// Whether the processor leaves HLT, whatever RFLAGS.IF is.
  var isWoken: Bool { engine_is_due(engine) || !pendingTraps.isEmpty }
}
