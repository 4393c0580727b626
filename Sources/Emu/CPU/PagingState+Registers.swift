// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension PagingState {
  /// The paging of a processor with these registers.
  init(_ registers: Registers) {
    self.init(
      cr0: registers.cr0, cr3: registers.cr3, cr4: registers.cr4, efer: registers.efer,
      pointers: registers.pointers)
  }
}
