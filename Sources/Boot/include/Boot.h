// SPDX-License-Identifier: GPL-2.0-or-later
//
// What Swift cannot say: memory and ports that have to be touched exactly as written.
// All of it compiles on the build host as well, where the kernel's tests use the memory half.
#pragma once
#include <stdint.h>

#include "CPUState.h"

// One instruction each: a call would cost more than the work.
#define BOOT_INLINE static inline __attribute__((always_inline))

/// Reads 16 bits at `address`, once, in program order with other volatile accesses.
BOOT_INLINE uint16_t load_volatile_u16(const uint16_t *_Nonnull address) {
  return *(const volatile uint16_t *)address;
}

/// Writes `value` at `address`, once, in program order with other volatile accesses.
BOOT_INLINE void store_volatile_u16(uint16_t *_Nonnull address, uint16_t value) {
  *(volatile uint16_t *)address = value;
}

/// Copies the 64 bits at `from`, read once, to `to`, written once.
BOOT_INLINE void copy_volatile_u64(void *_Nonnull to, const void *_Nonnull from) {
  *(volatile uint64_t *)to = *(const volatile uint64_t *)from;
}

/// Tells the processor that this is a loop which waits for another one.
BOOT_INLINE void spin_hint(void) { __builtin_ia32_pause(); }

/// Reads the byte at I/O port `port`.
BOOT_INLINE uint8_t port_in(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %w1, %b0" : "=a"(value) : "Nd"(port) : "memory");
  return value;
}

/// Writes `value` to I/O port `port`.
BOOT_INLINE void port_out(uint16_t port, uint8_t value) {
  __asm__ volatile("outb %b0, %w1" : : "a"(value), "Nd"(port) : "memory");
}

/// Accepts no maskable interrupts from now on.
BOOT_INLINE void disable_interrupts(void) { __asm__ volatile("cli" : : : "memory"); }

/// Stops the processor for good.
__attribute__((noreturn)) BOOT_INLINE void halt_forever(void) {
  for (;;) __asm__ volatile("cli; hlt");
}

#ifndef __linux__
// boot.S: the stack that the kernel starts on, and the page tables that it starts with.
extern char boot_stack_lowest[], boot_stack_highest[];

/// The lowest address of the boot stack.
BOOT_INLINE uintptr_t boot_stack_bottom(void) { return (uintptr_t)boot_stack_lowest; }

/// The address behind the boot stack.
BOOT_INLINE uintptr_t boot_stack_top(void) { return (uintptr_t)boot_stack_highest; }
#endif

#ifdef __linux__
// memory.c, for the tests.
#include <stddef.h>
void *_Nonnull boot_memcpy(void *_Nonnull to, const void *_Nonnull from, size_t count);
void *_Nonnull boot_memmove(void *_Nonnull to, const void *_Nonnull from, size_t count);
void *_Nonnull boot_memset(void *_Nonnull to, int byte, size_t count);
int boot_memcmp(const void *_Nonnull a, const void *_Nonnull b, size_t count);
#endif
