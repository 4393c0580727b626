// SPDX-License-Identifier: GPL-2.0-or-later
//
// The registers of interrupted code, as assembly and Swift both know them.
#pragma once
#include <stdint.h>

/// The registers of 64-bit code at one moment.
///
/// In this order they lie on the stack of a handler: its stub has pushed all up to `error_code`, the
/// processor the rest (Intel SDM Vol. 3A §6.14.2 "64-Bit Mode Stack Frame").
struct cpu_state {
  uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
  uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
  uint64_t vector, error_code;
  uint64_t rip, cs, rflags, rsp, ss;
} __attribute__((swift_name("CPUState")));

/// The control registers that a fault is explained by.
struct control_state {
  uint64_t cr0, cr2, cr3, cr4;
} __attribute__((swift_name("ControlSnapshot")));

#ifndef __linux__
/// Fills `state` with the registers of the caller as they are when this returns (state.S).
void capture_state(struct cpu_state *_Nonnull state);
#endif

/// Reads the control registers; at CPL 0 only.
static inline struct control_state read_control_state(void) {
  struct control_state state;
  __asm__ volatile("movq %%cr0, %0" : "=r"(state.cr0));
  __asm__ volatile("movq %%cr2, %0" : "=r"(state.cr2));
  __asm__ volatile("movq %%cr3, %0" : "=r"(state.cr3));
  __asm__ volatile("movq %%cr4, %0" : "=r"(state.cr4));
  return state;
}
