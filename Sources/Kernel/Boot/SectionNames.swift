// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The names of the kernel's sections, which the loader puts into memory beside them.
struct SectionNames {
  private var bytes: UnsafeRawBufferPointer

  /// The names that `sections` point to; empty if the loader did not put them below `limit`.
  init(_ sections: BootInformation.Info.ELFSections, below limit: PhysAddr) {
    bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    guard let header = sections[UInt64(sections.nameSection)], header.address.value != 0,
      header.address.value < limit.value, limit.value - header.address.value >= header.size
    else { return }
    // SAFETY: the loader says that the names are there, and all of them are within reach.
    bytes = UnsafeRawBufferPointer(
      start: UnsafeRawPointer(bitPattern: UInt(header.address.value)), count: Int(header.size))
  }

  /// The bytes of the name of `section`; empty if it has none.
  subscript(section: ELFSectionHeader) -> UnsafeRawBufferPointer {
    let name = bytes.dropFirst(Int(section.nameOffset)).prefix { $0 != 0 }
    return UnsafeRawBufferPointer(rebasing: name)
  }
}
