// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Execution that has got to address 0 or a little above: a null function pointer, or a return address
/// that is gone.
enum JumpToZero {
  /// What a PC has there are the BIOS's vectors and variables.
  private static let end = VirtAddr(0x500)

  static func diagnose(_ fault: FaultCase) -> Finding? {
    guard fault.fault.rip < end, fault.exception != nil,
      fault.kernel.hasCode(at: fault.fault.rip) != true
    else { return nil }
    let evidence = fault.evidence
    // The bytes of the vectors are instructions too, and may have pushed something.
    let top = (0..<4 as Range<UInt64>).lazy.compactMap { number in
      evidence.word(at: VirtAddr(evidence.stackPointer.value &+ number * evidence.width))
    }
    let caller = top.map { VirtAddr($0) }.first { evidence.isReturnAddress($0) }
    let bytes =
      fault.isFetch
      ? "nothing is mapped there" : "what lies there are interrupt vectors of the BIOS, no code"
    guard let caller else {
      return Finding(
        .jumpToZero,
        cause:
          "The kernel jumped to 0, and \(bytes): it returned to an address that was overwritten, or "
          + "jumped through a pointer that was never set.",
        lookFirst:
          "the last function that returned: what it has written to its stack, and whether each "
          + "PUSH has its POP")
    }
    return Finding(
      .jumpToZero,
      cause:
        "The kernel called a function at 0, and \(bytes): the CALL before \(fault.kernel.described(caller)) "
        + "went through a pointer that was never set.",
      lookFirst: "the CALL before \(fault.kernel.described(caller)): which pointer does it take?")
  }
}
