// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What the kernel wants to know of the multiboot2 boot information.
struct BootInformation {
  /// The bytes of the kernel's command line, without the zero that ends it; empty if there is none.
  private(set) var commandLine = UnsafeRawBufferPointer(start: nil, count: 0)

  /// The information at `start`, whose first word says how long it is.
  init(at start: UnsafeRawPointer) {
    self.init(UnsafeRawBufferPointer(start: start, count: Int(start.load(as: UInt32.self))))
  }

  /// The information in `bytes`; what is malformed ends it.
  init(_ bytes: UnsafeRawBufferPointer) {
    var commandLine = commandLine
    try? Multiboot2Info(bytes).forEachTag { tag in
      guard case .commandLine(let text) = tag, commandLine.baseAddress == nil else { return }
      commandLine = UnsafeRawBufferPointer(rebasing: text)
    }
    self.commandLine = commandLine
  }
}
