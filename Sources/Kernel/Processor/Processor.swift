// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

/// What is switched on in the processor after boot.S.
enum Processor {
  /// Has the no-execute flag of pages count; until then it is a reserved bit, and a fault.
  ///
  /// Intel SDM Vol. 3A §4.1.4 "Enumeration of Paging Features by CPUID": bit 20 of
  /// CPUID.80000001H:EDX; §4.6 "Access Rights".
  static func enableNoExecute() {
    guard cpuid(0x8000_0001, 0).edx >> 20 & 1 != 0 else {
      panic("The processor has no no-execute flag for pages")
    }
    write_msr(MSR.efer.rawValue, read_msr(MSR.efer.rawValue) | EFER.nxe.rawValue)
  }

  /// Has read-only pages be read-only for the kernel, too.
  static func enableWriteProtection() {
    write_cr0(read_control_state().cr0 | CR0.wp.rawValue)
  }
}
