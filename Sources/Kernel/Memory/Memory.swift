// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The machine's memory, as the kernel manages it once it has begun to.
enum Memory {
  /// The frames; none before `openFrames`.
  nonisolated(unsafe) static var frames = FrameAllocator()

  /// The end of what boot.S maps onto itself.
  static var bootMappingEnd: PhysAddr { PhysAddr(1 << 30) }

  /// Begins to manage frames, and returns who had memory before.
  static func openFrames(_ information: BootInformation) -> MemoryInventory {
    do throws(MemoryInventoryError) {
      var inventory = try MemoryInventory(information)
      frames = try FrameAllocator(placingNotesIn: &inventory, below: bootMappingEnd)
      return inventory
    } catch {
      panic("No frames can be allocated: \(error).")
    }
  }
}
