// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A change to a translation that the processor may still have in its old form.
///
/// It comes from every change to an entry that was present. Ignoring it is a warning, which here is an
/// error; letting it go flushes. And what it was about, the frame that was mapped, only comes out by
/// `flush`, so that no one gives a frame away that the processor can still reach.
struct PendingFlush<Memory: AddressSpace>: ~Copyable {
  private let memory: Memory
  private let page: Page
  private let frame: PhysAddr

  init(of page: Page, on frame: PhysAddr, in memory: Memory) {
    self.memory = memory
    self.page = page
    self.frame = frame
  }

  deinit { memory.forget(page.start) }

  /// Has the processor forget the old translation, and returns the frame that it led to.
  consuming func flush() -> PhysAddr { frame }
}
