// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

/// An exception in words.
struct ExceptionReport {
  /// The vector, below 32.
  let vector: UInt8
  /// The registers of the code that raised it.
  let state: CPUState
  /// CR2: where a page fault was.
  let faultAddress: VirtAddr

  /// Its name in capitals, as a heading.
  var title: Text {
    guard let exception = Exception(rawValue: vector) else {
      return "EXCEPTION: RESERVED VECTOR \(vector)"
    }
    return "EXCEPTION: \(capitals: exception.facts.name)"
  }

  /// What its error code says, or else what it means that the processor raised it.
  var message: Text {
    let code = UInt32(truncatingIfNeeded: state.error_code)
    switch Exception(rawValue: vector) {
    case .pageFault:
      return "\(faultAddress): \(PageFaultErrorCode(rawValue: code))"
    case .invalidTSS, .segmentNotPresent, .stackFault, .generalProtection:
      return "error code \(hex: code): \(SelectorErrorCode(rawValue: code))"
    case .doubleFault: return "an exception was raised while another one was delivered"
    case .invalidOpcode: return "no such instruction, or the program found an error in itself"
    case .some(let exception):
      let facts = exception.facts
      return facts.pushesErrorCode ? "error code \(hex: code)" : "\(facts.mnemonic)"
    case nil: return "the processor has no such exception"
    }
  }

  /// What the processor pushed, in one line.
  var frame: Text {
    let place: Text = "rip \(hex: state.rip)  cs \(hex: state.cs)  rflags \(hex: state.rflags)"
    return "\(place)  rsp \(hex: state.rsp)  ss \(hex: state.ss)"
  }
}
