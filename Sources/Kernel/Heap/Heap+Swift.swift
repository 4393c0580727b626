// SPDX-License-Identifier: GPL-2.0-or-later

// By which Swift itself comes to the heap (Sources/Boot/allocation.c).
#if !os(Linux)
  /// A block for posix_memalign.
  @c(kernel_allocate)
  func kernelAllocate(_ size: Int, _ alignment: Int) -> UnsafeMutableRawPointer {
    Heap.allocate(size: size, alignment: alignment)
  }

  /// A block from free.
  @c(kernel_deallocate)
  func kernelDeallocate(_ block: UnsafeMutableRawPointer) {
    Heap.deallocate(block)
  }
#endif
