// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// What programs do that ends badly: the known shapes, the most specific first.
enum Origins {
  /// The diagnoses, in the order in which they are tried.
  // swift-format-ignore
  static let table: [Diagnosis] = [
    HandlerLoop.diagnose,         // the handler cannot be fetched, or faults itself
    OverwrittenTables.diagnose,   // the stack has grown into the page tables
    StackOverflow.diagnose,       // the stack has grown into a page that is not there
    JumpToZero.diagnose,          // a null function pointer, a smashed return address
    WrongMode.diagnose,           // 64-bit code in 32-bit mode, and the reverse
    NoExecuteWithoutNXE.diagnose, // bit 63 in an entry while EFER.NXE is 0
    WriteToCode.diagnose,         // a write to .text or .rodata
    NearTextMemory.diagnose,      // 0xb80000 and the like
    StaleSelector.diagnose,       // a selector of the GDT before
    VectorWithoutGate.diagnose,   // #GP or #NP for an entry of the IDT
    MisalignedOperand.diagnose,   // MOVAPS and a stack that is not at a multiple of 16
    SSESwitchedOff.diagnose,      // SSE instructions without CR4.OSFXSR
    PlainException.diagnose,      // everything else
  ]

  /// The first diagnosis that applies.
  static func finding(_ fault: FaultCase) -> Finding? {
    for diagnosis in table {
      if let finding = diagnosis(fault) { return finding }
    }
    return nil
  }
}
