// SPDX-License-Identifier: GPL-2.0-or-later
//
// The instructions that reach out of the processor: IN, OUT, RDTSC, CPUID, HLT, MOV to a debug register.
// IN, OUT and RDTSC end their blocks (count.c), so a stop that is asked for here happens at once.
#include "seam.h"
#include <string.h>

enum { RAX = 0, RCX = 1, RDX = 2, RBX = 3 };
enum { INVALID_OPCODE = 6 };

static uint64_t port_read(uint32_t port, uint32_t bytes) {
  engine *e = seam_engine;
  return e->owner.port_read(e->owner.context, (uint16_t)port, bytes);
}

static void port_write(uint32_t port, uint32_t bytes, uint32_t value) {
  engine *e = seam_engine;
  e->owner.port_write(e->owner.context, (uint16_t)port, bytes, value);
}

uint64_t helper_inb_x86_64(void *env, uint32_t port) { return port_read(port, 1); }
uint64_t helper_inw_x86_64(void *env, uint32_t port) { return port_read(port, 2); }
uint64_t helper_inl_x86_64(void *env, uint32_t port) { return port_read(port, 4); }
void helper_outb_x86_64(void *env, uint32_t port, uint32_t value) { port_write(port, 1, value & 0xff); }
void helper_outw_x86_64(void *env, uint32_t port, uint32_t value) { port_write(port, 2, value & 0xffff); }
void helper_outl_x86_64(void *env, uint32_t port, uint32_t value) { port_write(port, 4, value); }

void helper_rdtsc_x86_64(void *env) {
  engine *e = seam_engine;
  uint64_t now = e->owner.time_stamp(e->owner.context);
  AT64(env, ENV_REGS + 8 * RAX) = (uint32_t)now;
  AT64(env, ENV_REGS + 8 * RDX) = now >> 32;
}

void helper_rdtscp_x86_64(void *env) {
  helper_rdtsc_x86_64(env);
  AT64(env, ENV_REGS + 8 * RCX) = 0; // IA32_TSC_AUX: this is processor 0
}

void helper_cpuid_x86_64(void *env) {
  engine *e = seam_engine;
  engine_cpuid answer = e->owner.cpuid(e->owner.context, AT32(env, ENV_REGS + 8 * RAX), AT32(env, ENV_REGS + 8 * RCX));
  AT64(env, ENV_REGS + 8 * RAX) = answer.eax;
  AT64(env, ENV_REGS + 8 * RBX) = answer.ebx;
  AT64(env, ENV_REGS + 8 * RCX) = answer.ecx;
  AT64(env, ENV_REGS + 8 * RDX) = answer.edx;
}

// The library's own do nothing and go on behind the instruction. CPUID promises neither.
void helper_syscall_x86_64(void *env, int length) { library.raise_exception_err_ra_x86_64(env, INVALID_OPCODE, 0, 0); }

void helper_sysenter_x86_64(void *env, int length) {
  uintptr_t translated = (uintptr_t)__builtin_return_address(0) - 2; // within the call, as the library has it
  library.raise_exception_err_ra_x86_64(env, INVALID_OPCODE, 0, translated);
}

void helper_hlt_x86_64(void *env, int length) {
  seam_engine->halted = true;
  __attribute__((musttail)) return library.helper_hlt_x86_64(env, length);
}

// Armed breakpoints crash this version of the library, so DR7 is a value to it and nothing more.
void cpu_x86_update_dr7_x86_64(void *env, uint32_t value) { AT64(env, ENV_DR + 8 * 7) = value | 0x400; }

void helper_set_dr_x86_64(void *env, int number, uint64_t value) {
  if (number < 4) {
    AT64(env, ENV_DR + 8 * number) = value;
    return;
  }
  __attribute__((musttail)) return library.helper_set_dr_x86_64(env, number, value);
}

// Called when a processor is created or reset, always from x86_reg_reset: brings env.
void cpu_x86_update_cr0_x86_64(void *env, uint32_t value) {
  seam_engine->env = env;
  library.cpu_x86_update_cr0_x86_64(env, value);
}

// The original promises what is not there, and forgets most of what is.
void x86_reg_reset_x86_64(void *uc) {
  engine *e = seam_engine;
  library.x86_reg_reset_x86_64(uc);
  memset(e->env + ENV_FEATURES, 0, 8 * FEATURE_WORDS);
  AT64(e->env, ENV_FEATURES + 8 * FEATURES_1_EDX) = e->features.leaf1_edx;
  AT64(e->env, ENV_FEATURES + 8 * FEATURES_1_ECX) = e->features.leaf1_ecx;
  AT64(e->env, ENV_FEATURES + 8 * FEATURES_7_EBX) = e->features.leaf7_ebx;
  AT64(e->env, ENV_FEATURES + 8 * FEATURES_X1_EDX) = e->features.extended1_edx;
  AT64(e->env, ENV_FEATURES + 8 * FEATURES_X1_ECX) = e->features.extended1_ecx;
}
