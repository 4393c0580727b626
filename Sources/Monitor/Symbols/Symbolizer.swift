// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Turns an address into `name+0x12`; nil where no symbol is known.
public typealias Symbolizer = (VirtAddr) -> String?

extension VirtAddr {
  /// The address and the symbol it lies in: `0x100123 (hang+0x3)`.
  func described(by symbolizer: Symbolizer) -> String {
    text + (symbolizer(self).map { " (\($0))" } ?? "")
  }
}
