// SPDX-License-Identifier: GPL-2.0-or-later
//
// Instructions that fail, for the demos and tests of exceptions: compilers take care not to make them.
#pragma once
#include <stdint.h>

/// INT3: a breakpoint, after which the program goes on.
static inline void provoke_breakpoint(void) { __asm__ volatile("int3" : : : "memory"); }

/// Divides by 0.
static inline void provoke_divide_error(void) {
  uint32_t low = 1, high = 0;
  __asm__ volatile("divl %2" : "+a"(low), "+d"(high) : "r"(0));
}

/// Comes to the handler of line 3 of the interrupt controllers, which no device uses.
static inline void call_unused_interrupt(void) { __asm__ volatile("int $35" : : : "memory"); }

/// Comes to the handlers of lines 7 and 15 although no device has asked: a spurious interrupt on each
/// controller.
static inline void call_spurious_interrupts(void) { __asm__ volatile("int $39; int $47" : : : "memory"); }

/// UD2: an instruction that is defined to be none.
static inline void provoke_invalid_opcode(void) { __asm__ volatile("ud2"); }

/// Loads a selector for which there is no descriptor.
static inline void provoke_general_protection(void) {
  __asm__ volatile("movw %w0, %%fs" : : "r"(0x1234 & ~7));
}

/// Calls what lies at `address`.
static inline void jump_to(uintptr_t address) { ((void (*)(void))address)(); }

/// Calls itself until the stack ends.
__attribute__((noinline)) static void overflow_stack(void) {
  volatile char local = 0;
  overflow_stack();
  (void)local;  // after the call, so that it is a call
}
