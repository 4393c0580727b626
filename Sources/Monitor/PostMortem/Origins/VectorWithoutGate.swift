// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// #GP or #NP whose error code names an entry of the IDT: something else could not be delivered, and its
/// handler was not there.
enum VectorWithoutGate {
  static func diagnose(_ fault: FaultCase) -> Finding? {
    guard fault.exception == .generalProtection || fault.exception == .segmentNotPresent,
      let code = fault.fault.errorCode
    else { return nil }
    let error = SelectorErrorCode(rawValue: code)
    guard error.table == .idt, error.index < 256 else { return nil }
    let vector = UInt8(error.index)
    var missing = fault
    missing.fault = Fault(
      vector: vector, errorCode: nil, isSoftware: !error.isExternal, rip: fault.fault.rip, cr2: nil)
    // EXT stands for exceptions as well as for devices, whose vectors the controllers know.
    missing.isDevice = error.isExternal && fault.evidence.controllers.line(of: vector) != nil
    return missing.gate == nil ? MissingTable.diagnose(missing) : MissingGate.diagnose(missing)
  }
}
