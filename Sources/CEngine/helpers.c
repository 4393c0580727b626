// SPDX-License-Identifier: GPL-2.0-or-later
//
// The instructions that reach out of the processor: IN, OUT, RDTSC, CPUID, HLT, MOV to a control or debug register.
// IN, OUT, RDTSC and RDMSR end their blocks (count.c), so a stop that is asked for here happens at once.
#include "seam.h"

enum { RAX = 0, RCX = 1, RDX = 2, RBX = 3, RSP = 4, R11 = 11 };
enum { MSR_TSC = 0x10 };
enum { INVALID_OPCODE = 6, GENERAL_PROTECTION = 13 };

static uint64_t port_read(uint32_t port, uint32_t bytes) {
  engine *e = seam_engine;
  return e->owner.port_read(e->owner.context, (uint16_t)port, bytes);
}

static void port_write(uint32_t port, uint32_t bytes, uint32_t value) {
  engine *e = seam_engine;
  e->owner.port_write(e->owner.context, (uint16_t)port, bytes, value);
}

uint64_t OURS(helper_inb_x86_64)(void *env, uint32_t port) { return port_read(port, 1); }
uint64_t OURS(helper_inw_x86_64)(void *env, uint32_t port) { return port_read(port, 2); }
uint64_t OURS(helper_inl_x86_64)(void *env, uint32_t port) { return port_read(port, 4); }
void OURS(helper_outb_x86_64)(void *env, uint32_t port, uint32_t value) { port_write(port, 1, value & 0xff); }
void OURS(helper_outw_x86_64)(void *env, uint32_t port, uint32_t value) { port_write(port, 2, value & 0xffff); }
void OURS(helper_outl_x86_64)(void *env, uint32_t port, uint32_t value) { port_write(port, 4, value); }

void OURS(helper_rdtsc_x86_64)(void *env) {
  engine *e = seam_engine;
  uint64_t now = e->owner.time_stamp(e->owner.context);
  AT64(env, ENV_REGS + 8 * RAX) = (uint32_t)now;
  AT64(env, ENV_REGS + 8 * RDX) = now >> 32;
}

void OURS(helper_rdtscp_x86_64)(void *env) {
  OURS(helper_rdtsc_x86_64)(env);
  AT64(env, ENV_REGS + 8 * RCX) = (uint32_t)AT64(env, ENV_TSC_AUX);
}

void OURS(helper_rdmsr_x86_64)(void *env) {
  if (AT32(env, ENV_REGS + 8 * RCX) == MSR_TSC)
    OURS(helper_rdtsc_x86_64)(env);
  else
    __attribute__((musttail)) return library.helper_rdmsr_x86_64(env);
}

void OURS(helper_cpuid_x86_64)(void *env) {
  engine *e = seam_engine;
  engine_cpuid answer = e->owner.cpuid(e->owner.context, AT32(env, ENV_REGS + 8 * RAX), AT32(env, ENV_REGS + 8 * RCX));
  AT64(env, ENV_REGS + 8 * RAX) = answer.eax;
  AT64(env, ENV_REGS + 8 * RBX) = answer.ebx;
  AT64(env, ENV_REGS + 8 * RCX) = answer.ecx;
  AT64(env, ENV_REGS + 8 * RDX) = answer.edx;
}

// SYSCALL and SYSENTER: the library's own do nothing. CPUID does not promise SYSENTER.

// Intel SDM Vol. 2B "SYSCALL—Fast System Call".
void OURS(helper_syscall_x86_64)(void *env, int length) {
  enum { EFER_SCE = 1, RFLAGS_RF = 1 << 16, CODE = 0x00af9b00, DATA = 0x00cf9300 };
  engine *e = seam_engine;
  if (!(AT64(env, ENV_EFER) & EFER_SCE) || !(AT32(env, ENV_HFLAGS) & HF_CS64))
    library.raise_exception_err_ra_x86_64(env, INVALID_OPCODE, 0, 0);
  uint64_t flags = seam_flags(e);
  uint32_t selector = AT64(env, ENV_STAR) >> 32 & 0xfffc;
  AT64(env, ENV_REGS + 8 * RCX) = AT64(env, ENV_EIP) + (uint64_t)length;
  AT64(env, ENV_REGS + 8 * R11) = flags & ~(uint64_t)RFLAGS_RF;
  engine_flow flow = {
      .cs = {.selector = selector, .limit = ~0u, .attributes = CODE},
      .ss = {.selector = selector + 8, .limit = ~0u, .attributes = DATA},
      .rsp = AT64(env, ENV_REGS + 8 * RSP),
      .rip = AT64(env, ENV_LSTAR),
      .rflags = flags & ~(AT64(env, ENV_FMASK) | RFLAGS_RF),
  };
  engine_set_flow(e, &flow);
}

void OURS(helper_sysenter_x86_64)(void *env, int length) {
  library.raise_exception_err_ra_x86_64(env, INVALID_OPCODE, 0, TRANSLATED);
}

void OURS(helper_hlt_x86_64)(void *env, int length) {
  seam_engine->halted = true;
  __attribute__((musttail)) return library.helper_hlt_x86_64(env, length);
}

// MOV to CR0, CR3, CR4 and CR8.
void OURS(helper_write_crN_x86_64)(void *env, int number, uint64_t value) {
  engine *e = seam_engine;
  engine_paging now = seam_paging(e), next = now;
  switch (number) {
  case 0: next.cr0 = (uint32_t)value; break;
  case 3: next.cr3 = value; break;
  case 4: next.cr4 = (uint32_t)value; break;
  default: goto others;
  }
  if (!e->owner.load_control(e->owner.context, number, &now, &next))
    library.raise_exception_err_ra_x86_64(env, GENERAL_PROTECTION, 0, TRANSLATED);
others:
  library.helper_write_crN_x86_64(env, number, value);
}

// Armed breakpoints crash this version of the library, so the debug registers are values to it and nothing more.
void OURS(helper_set_dr_x86_64)(void *env, int number, uint64_t value) {
  enum { CR4_DE = 1 << 3 };
  if (number == 5 && !(AT64(env, ENV_CR4) & CR4_DE))
    number = 7; // Intel SDM Vol. 3B §17.2.2 "Debug Registers DR4 and DR5"
  if (number == 4 || number == 5 || number == 6) {
    __attribute__((musttail)) return library.helper_set_dr_x86_64(env, number, value);
  }
  AT64(env, ENV_DR + 8 * number) = number == 7 ? (uint32_t)value | 0x400 : value;
}

// Called first when the library creates its processor: brings env and cs.
void OURS(cpu_x86_update_cr0_x86_64)(void *env, uint32_t value) {
  seam_engine->env = env;
  seam_engine->cs = (char *)env - ENV_IN_CPU;
  library.cpu_x86_update_cr0_x86_64(env, value);
}
