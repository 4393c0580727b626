// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// A fault to be explained, with the guest as it stood then.
struct FaultCase {
  /// What came first.
  var fault: Fault
  /// Each delivery that failed, if any did.
  var failed: [FailedDelivery]
  /// Whether a device raised it.
  var isDevice: Bool
  /// The guest, its registers as they were at the fault.
  var evidence: Evidence
  /// What raised it, if it was a debug exception.
  var debug: DebugReason?

  /// The exception it was; nil for INT n and a device's interrupt.
  var exception: Exception? {
    isDevice || (fault.isSoftware && fault.vector != 3 && fault.vector != 4)
      ? nil : Exception(rawValue: fault.vector)
  }

  /// What names the kernel's addresses.
  var kernel: KernelFile { evidence.kernel }
  /// `main+0x12`, where it happened.
  var place: String { kernel.name(of: fault.rip) }
  /// `main+0x12 (0x100123, main.c:7)`, where it happened.
  var longPlace: String {
    if kernel.place(of: fault.rip) == nil { return kernel.described(fault.rip) }
    let line = kernel.line(of: fault.rip).map { ", \($0)" } ?? ""
    return "\(place) (\(fault.rip.text)\(line))"
  }

  /// The error code, if it was a page fault.
  var pageFaultCode: PageFaultErrorCode? {
    guard exception == .pageFault, let code = fault.errorCode else { return nil }
    return PageFaultErrorCode(rawValue: code)
  }

  /// Whether the access of a page fault was an instruction fetch, which the error code says only
  /// where NX or SMEP is on (Intel SDM Vol. 3A §4.7 "Page-Fault Exceptions").
  var isFetch: Bool {
    guard let code = pageFaultCode, let address = fault.cr2 else { return false }
    if code.contains(.fetch) { return true }
    if code.contains(.write) { return false }
    // An instruction has 15 bytes at most, and may cross into the page that is missing.
    return address == fault.rip
      || (address > fault.rip && address - fault.rip < 15 && address.value & 0xfff == 0)
  }

  /// The walk of the page fault, made again; nil if it was none.
  var walk: PageWalk? {
    guard let code = pageFaultCode, let address = fault.cr2 else { return nil }
    return evidence.walk(address, code, isFetch: isFetch)
  }

  /// The bit that decided the page fault, if a walk finds it again.
  var reason: PageFault.Reason? {
    guard case .fault(let fault) = walk?.outcome else { return nil }
    return fault.reason
  }

  /// `wrote to`, `read`, `executed`.
  var accessInPast: String {
    if isFetch { return "jumped to" }
    return pageFaultCode?.contains(.write) == true ? "wrote to" : "read from"
  }

  /// The instruction's bytes.
  func code(_ count: Int = 8) -> [UInt8] { evidence.memory.bytes(count, at: fault.rip) }
}

extension FaultCase {
  /// What became a triple fault.
  init(_ tripleFault: TripleFault, _ evidence: Evidence) {
    fault = tripleFault.first
    failed = tripleFault.failed
    isDevice = failed.first?.event.kind == .external
    self.evidence = evidence
    debug = tripleFault.occasion?.debug
  }

  /// What reached a handler, of which `evidence` has the registers.
  init(_ delivery: PastDelivery, _ evidence: Evidence) {
    fault = Fault(
      vector: delivery.vector, errorCode: delivery.errorCode,
      isSoftware: delivery.kind == .softwareInterrupt || delivery.kind == .softwareException,
      rip: delivery.rip, cr2: delivery.exception == .pageFault ? delivery.cr2 : nil)
    failed = []
    isDevice = delivery.kind == .external
    self.evidence = evidence
    self.evidence.registers.rcx = delivery.rcx
  }
}

extension PastDelivery {
  /// Whether it came where the handler of `other` begins: the handler could not run.
  func isAtHandler(of other: PastDelivery) -> Bool { rip == other.handler }
}
