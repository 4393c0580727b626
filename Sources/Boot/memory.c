// SPDX-License-Identifier: GPL-2.0-or-later
//
// The four functions that compilers call on their own wherever there is no C library.
//
// The string instructions keep them short, free of vector registers, and out of the optimiser's
// reach: it would see the loop of a memcpy in C for what it is and call memcpy.
// The direction flag is clear on entry to every function (System V ABI, x86-64 supplement §3.2.1
// "Registers"), and has to be clear again on return.
#include <stddef.h>
#include <stdint.h>

// On the build host the names belong to the C library; the tests call these by another one.
#ifdef __linux__
#define memcpy boot_memcpy
#define memmove boot_memmove
#define memset boot_memset
#define memcmp boot_memcmp
#endif

void *memcpy(void *restrict to, const void *restrict from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *to, int byte, size_t count);
int memcmp(const void *a, const void *b, size_t count);

// Eight bytes at a time, then the rest: an emulator pays for every repetition.
void *memcpy(void *restrict to, const void *restrict from, size_t count) {
  void *next = to;
  size_t words = count / 8, rest = count % 8;
  __asm__ volatile("rep movsq" : "+D"(next), "+S"(from), "+c"(words) : : "memory");
  __asm__ volatile("rep movsb" : "+D"(next), "+S"(from), "+c"(rest) : : "memory");
  return to;
}

void *memmove(void *to, const void *from, size_t count) {
  // Only a target inside the source would be overwritten before it is read.
  if ((uintptr_t)to - (uintptr_t)from >= count) return memcpy(to, from, count);
  void *last = (char *)to + count - 1;
  const void *lastFrom = (const char *)from + count - 1;
  __asm__ volatile("std; rep movsb; cld" : "+D"(last), "+S"(lastFrom), "+c"(count) : : "memory");
  return to;
}

void *memset(void *to, int byte, size_t count) {
  void *next = to;
  size_t words = count / 8, rest = count % 8;
  uint64_t word = (uint8_t)byte * UINT64_C(0x0101010101010101);
  __asm__ volatile("rep stosq" : "+D"(next), "+c"(words) : "a"(word) : "memory");
  __asm__ volatile("rep stosb" : "+D"(next), "+c"(rest) : "a"(word) : "memory");
  return to;
}

int memcmp(const void *a, const void *b, size_t count) {
  const unsigned char *x = a, *y = b;
  for (; count > 0; count--, x++, y++)
    if (*x != *y) return *x - *y;
  return 0;
}
