// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// 4 KiB of virtual memory, aligned.
///
/// Unlike a `Frame` it belongs to nobody: it is a place, where a frame can be mapped.
struct Page: Equatable {
  /// The address of its first byte.
  let start: VirtAddr

  /// The page that `address` lies in, which has to be canonical.
  init(containing address: VirtAddr) {
    precondition(address.isCanonical, "an address that is not canonical is on no page")
    start = VirtAddr(address.value & ~(Page.size - 1))
  }

  /// Bytes in a page.
  static var size: UInt64 { PageSize.kib4.rawValue }

  /// The entry for this page in the table of `level` that leads to it.
  func index(at level: PagingLevel) -> UInt64 {
    UInt64(PagingMode.fourLevel.index(of: start, at: level))
  }
}
