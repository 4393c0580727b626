// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension Mapper {
  /// Maps every frame that `part` touches onto itself.
  ///
  /// Parts may share a frame if they agree on what may be done with it.
  func identityMap(
    _ part: KernelLayout.Part, tablesFrom frames: inout FrameAllocator
  ) throws(MapError) {
    for number in part.range.touchedFrames {
      let frame = PhysAddr(number * Frame.size)
      do throws(MapError) {
        try identityMap(frame, part.flags, tablesFrom: &frames)
      } catch {
        let wanted = PageTableEntry(address: frame, flags: part.flags.union(.present)).rights
        guard error == .alreadyMapped(to: frame),
          translate(VirtAddr(frame.value))?.rights == wanted.subtracting(.user)
        else { throw error }
      }
    }
  }
}
