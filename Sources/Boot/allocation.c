// SPDX-License-Identifier: GPL-2.0-or-later
//
// What Swift calls on its own for objects, arrays, strings and dictionaries; on the build host the C
// library has all of it.
#ifndef __linux__
#include <stddef.h>
#include <stdint.h>

// The heap, in Swift (Heap+Swift.swift). It ends the kernel rather than returning nothing.
void *kernel_allocate(size_t size, size_t alignment);
void kernel_deallocate(void *block);

int posix_memalign(void **result, size_t alignment, size_t size);
void free(void *block);
void arc4random_buf(void *to, size_t count);

int posix_memalign(void **result, size_t alignment, size_t size) {
  *result = kernel_allocate(size, alignment);
  return 0;
}

void free(void *block) {
  if (block) kernel_deallocate(block);
}

// Seeds for the order in dictionaries and sets: SplitMix64 from a fixed state, so that a run is the same
// every time. A kernel whose keys come from strangers needs better ones.
void arc4random_buf(void *to, size_t count) {
  static uint64_t state;
  unsigned char *next = to;
  while (count > 0) {
    uint64_t mixed = state += UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    mixed ^= mixed >> 31;
    for (int byte = 0; byte < 8 && count > 0; byte++, count--, mixed >>= 8) *next++ = mixed;
  }
}
#endif
