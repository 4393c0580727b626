// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// A stack that has grown down into a page that is missing or may not be written.
enum StackOverflow {
  /// How far from the stack pointer an access may be and still be one of the stack's: an array of a
  /// function lies above it, and a CALL or PUSH goes below it.
  private static let above: UInt64 = 64 << 10
  private static let below: UInt64 = 4096

  static func diagnose(_ fault: FaultCase) -> Finding? {
    let evidence = fault.evidence
    guard let address = blocked(fault) else { return nil }
    let stack = evidence.stackPointer
    guard address.value < stack.value &+ above, stack.value < address.value &+ below,
      !reachesRoom(from: stack, to: address, evidence)
    else { return nil }
    guard let bottom = firstMapped(above: address, evidence) else { return noStack(fault, address) }
    return overflow(fault, address, usedFrom: bottom)
  }

  /// The address that the stack could not be written at.
  private static func blocked(_ fault: FaultCase) -> VirtAddr? {
    if let code = fault.pageFaultCode, code.contains(.write) { return fault.fault.cr2 }
    let pushes = fault.failed.filter { $0.fault.check == .stackWritable }
    return pushes.last?.fault.address
  }

  /// Whether a page from the stack pointer up to that of `address` can be written: then there is room yet.
  private static func reachesRoom(
    from stack: VirtAddr, to address: VirtAddr, _ evidence: Evidence
  ) -> Bool {
    let write = PageAccess(.write, as: .supervisor(ac: true))
    let pages = stride(from: stack.value & ~0xfff, to: address.value & ~0xfff, by: 0x1000)
    return pages.contains {
      if case .mapped = evidence.memory.walk(VirtAddr($0), for: write).outcome {
        true
      } else {
        false
      }
    }
  }

  private static func firstMapped(above address: VirtAddr, _ evidence: Evidence) -> VirtAddr? {
    let write = PageAccess(.write, as: .supervisor(ac: true))
    for page in 1...16 as ClosedRange<UInt64> {
      let next = VirtAddr((address.value & ~0xfff) &+ page << 12)
      if case .mapped = evidence.memory.walk(next, for: write).outcome { return next }
    }
    return nil
  }

  private static func noStack(_ fault: FaultCase, _ address: VirtAddr) -> Finding {
    Finding(
      .noStack,
      cause:
        "There is no stack: the stack pointer is \(fault.evidence.stackPointer.text), and neither "
        + "there nor above is anything mapped that could be written. \(fault.place) has used it.",
      lookFirst:
        "where the kernel loads its stack pointer: before the first CALL or PUSH, with the "
        + "end of a stack that the page tables map")
  }

  private static func overflow(
    _ fault: FaultCase, _ address: VirtAddr, usedFrom bottom: VirtAddr
  ) -> Finding {
    let kernel = fault.kernel
    let backtrace = fault.evidence.backtrace()
    let page = VirtAddr(address.value & ~0xfff)
    let name = kernel.place(of: page).map { " (\($0))" } ?? ""
    var cause =
      "The stack has overflowed: it has grown down from above \(bottom.text) into the page at "
      + "\(page.text)\(name), which \(fault.isGuardPresent(address) ? "may not be written" : "is not mapped")."
    guard let recursion = backtrace.recursion(kernel) else {
      return Finding(
        .stackOverflow, cause: cause,
        lookFirst:
          "large arrays on the stack of the functions in the backtrace, and the stack's size")
    }
    let about = backtrace.method == .guess ? "about " : ""
    cause +=
      " \(recursion.name) has called itself \(about)\(UInt64(recursion.count).grouped) times deep"
      + (backtrace.method == .guess ? " (counted by return addresses)." : ".")
    return Finding(
      .stackOverflow, cause: cause,
      lookFirst: "why \(recursion.name) does not come to its end: its call before "
        + "\(recursion.at.text)")
  }
}

extension FaultCase {
  /// Whether the page of `address` is there, so that something else than its absence forbids the write.
  func isGuardPresent(_ address: VirtAddr) -> Bool { evidence.memory.isMapped(address) }
}
