// SPDX-License-Identifier: GPL-2.0-or-later
//
// What may be written to the processor's own registers: the library takes every value, and knows registers that the
// processor does not have. The rules are the owner's; here the instruction is stopped.
#include "seam.h"

enum { RAX = 0, RCX = 1, RDX = 2 };
enum { MSR_TSC = 0x10 };

uint64_t seam_admitted(engine *e, engine_register which, uint32_t number, uint64_t value, uintptr_t translated) {
  if (!e->owner.admits(e->owner.context, which, number, &value))
    seam_raise(e, GENERAL_PROTECTION, 0, translated);
  return value;
}

// Loads what goes with CR0, CR3 or CR4.
static void load_control(void *env, int number, uint64_t value, uintptr_t translated) {
  engine *e = seam_engine;
  engine_paging now = seam_paging(e), next = now;
  if (number == 0)
    next.cr0 = value;
  else if (number == 3)
    next.cr3 = value;
  else
    next.cr4 = value;
  if (!e->owner.load_control(e->owner.context, number, &now, &next))
    seam_raise(e, GENERAL_PROTECTION, 0, translated);
}

static void write_control(void *env, int number, uint64_t value, uintptr_t translated) {
  engine *e = seam_engine;
  value = seam_admitted(e, engine_register_control, (uint32_t)number, value, translated);
  load_control(env, number, value, translated);
  if (!e->tells_control) {
    library.helper_write_crN_x86_64(env, number, value);
    seam_note_alignment(e);
    return;
  }
  engine_control control = seam_begin_control(e, translated);
  library.helper_write_crN_x86_64(env, number, value);
  seam_note_alignment(e);
  const engine_paging *was = &control.paging;
  seam_end_control(e, &control, engine_control_register, (uint32_t)number,
                   number == 0 ? was->cr0 : number == 3 ? was->cr3 : was->cr4);
}

// CR2, and CR8, which is not kept: it reads as 0.
static void write_other(void *env, int number, uint64_t value, uintptr_t translated) {
  engine *e = seam_engine;
  if (!e->tells_control) {
    library.helper_write_crN_x86_64(env, number, value);
    return;
  }
  engine_control control = seam_begin_control(e, translated);
  uint64_t old = number == 2 ? AT64(env, ENV_CR2) : 0;
  library.helper_write_crN_x86_64(env, number, value);
  control.loaded = value;
  seam_end_control(e, &control, engine_control_register, (uint32_t)number, old);
}

void OURS(helper_write_crN_x86_64)(void *env, int number, uint64_t value) {
  if (number == 0 || number == 3 || number == 4)
    write_control(env, number, value, TRANSLATED);
  else
    write_other(env, number, value, TRANSLATED);
}

void OURS(helper_invlpg_x86_64)(void *env, uint64_t linear) {
  engine *e = seam_engine;
  if (!e->tells_control)
    __attribute__((musttail)) return library.helper_invlpg_x86_64(env, linear);
  engine_control control = seam_begin_control(e, TRANSLATED);
  library.helper_invlpg_x86_64(env, linear);
  seam_end_control(e, &control, engine_control_invlpg, 0, linear);
}

// Intel SDM Vol. 2A "LMSW—Load Machine Status Word": the lower four bits of CR0, of which PE cannot be cleared.
void OURS(helper_lmsw_x86_64)(void *env, uint64_t value) {
  enum { PE = 1, STATUS = 0xf };
  write_control(env, 0, (AT64(env, ENV_CR0) & ~(uint64_t)(STATUS & ~PE)) | (value & STATUS), TRANSLATED);
}

void OURS(helper_clts_x86_64)(void *env) {
  engine *e = seam_engine;
  if (!e->tells_control)
    __attribute__((musttail)) return library.helper_clts_x86_64(env);
  engine_control control = seam_begin_control(e, TRANSLATED);
  library.helper_clts_x86_64(env);
  seam_end_control(e, &control, engine_control_register, 0, control.paging.cr0);
}

void OURS(helper_rdmsr_x86_64)(void *env) {
  engine *e = seam_engine;
  uint32_t number = AT32(env, ENV_REGS + 8 * RCX);
  if (!e->owner.has_model_specific(e->owner.context, number))
    seam_raise(e, GENERAL_PROTECTION, 0, TRANSLATED);
  if (number != MSR_TSC)
    __attribute__((musttail)) return library.helper_rdmsr_x86_64(env);
  uint64_t now = e->owner.time_stamp(e->owner.context);
  AT64(env, ENV_REGS + 8 * RAX) = (uint32_t)now;
  AT64(env, ENV_REGS + 8 * RDX) = now >> 32;
}

// What RDMSR would read.
static uint64_t model_specific(engine *e, uint32_t number) {
  if (number == MSR_TSC)
    return e->owner.time_stamp(e->owner.context);
  uint64_t rax = AT64(e->env, ENV_REGS + 8 * RAX), rdx = AT64(e->env, ENV_REGS + 8 * RDX);
  library.helper_rdmsr_x86_64(e->env);
  uint64_t value = AT32(e->env, ENV_REGS + 8 * RAX) | (uint64_t)AT32(e->env, ENV_REGS + 8 * RDX) << 32;
  AT64(e->env, ENV_REGS + 8 * RAX) = rax;
  AT64(e->env, ENV_REGS + 8 * RDX) = rdx;
  return value;
}

static void tell_wrmsr(engine *e, uint32_t number, uint64_t value, uintptr_t translated) {
  engine_control control = seam_begin_control(e, translated);
  uint64_t old = model_specific(e, number);
  if (number == MSR_TSC)
    e->owner.set_time_stamp(e->owner.context, value);
  else
    library.helper_wrmsr_x86_64(e->env);
  seam_end_control(e, &control, engine_control_model_specific, number, old);
}

void OURS(helper_wrmsr_x86_64)(void *env) {
  engine *e = seam_engine;
  uint32_t number = AT32(env, ENV_REGS + 8 * RCX);
  uint64_t value = AT32(env, ENV_REGS + 8 * RAX) | (uint64_t)AT32(env, ENV_REGS + 8 * RDX) << 32;
  value = seam_admitted(seam_engine, engine_register_model_specific, number, value, TRANSLATED);
  if (e->tells_control) {
    tell_wrmsr(e, number, value, TRANSLATED);
    return;
  }
  if (number != MSR_TSC)
    __attribute__((musttail)) return library.helper_wrmsr_x86_64(env);
  e->owner.set_time_stamp(e->owner.context, value);
}

// Intel SDM Vol. 2A "LTR—Load Task Register".
void OURS(helper_ltr_x86_64)(void *env, int selector) {
  engine *e = seam_engine;
  if ((selector & 0xfffc) == 0)
    seam_raise(e, GENERAL_PROTECTION, 0, TRANSLATED);
  if (!e->tells_control)
    __attribute__((musttail)) return library.helper_ltr_x86_64(env, selector);
  seam_tell_load(e, library.helper_ltr_x86_64, engine_control_tr, selector, TRANSLATED);
}

// --- SSE and x87 -----------------------------------------------------------------------------------------------

void OURS(helper_ldmxcsr_x86_64)(void *env, uint32_t value) {
  seam_admitted(seam_engine, engine_register_mxcsr, 0, value, TRANSLATED);
  __attribute__((musttail)) return library.helper_ldmxcsr_x86_64(env, value);
}

// The library computes x87 exceptions and forgets to report them: they stay in softfloat's flags. They are moved to the status word where it is looked at, and before it is replaced.
static void settle_x87(void *env) {
  enum { SOFTFLOAT_DENORMAL = 64, DENORMAL = 2, EXCEPTIONS = 0x3f, SUMMARY_AND_BUSY = 0x8080 };
  uint8_t flags = AT8(env, ENV_FP_FLAGS);
  AT8(env, ENV_FP_FLAGS) = 0;
  uint16_t status = AT16(env, ENV_FPUS) & ~SUMMARY_AND_BUSY;
  status |= flags & (EXCEPTIONS & ~DENORMAL);
  status |= flags & SOFTFLOAT_DENORMAL ? DENORMAL : 0;
  AT16(env, ENV_FPUS) = status | (status & ~AT16(env, ENV_FPUC) & EXCEPTIONS ? SUMMARY_AND_BUSY : 0);
}

#define SETTLED(result, name, parameters, ...)                                                                       \
  result OURS(name) parameters {                                                                                       \
    settle_x87(env);                                                                                                   \
    __attribute__((musttail)) return library.name(__VA_ARGS__);                                                        \
  }

SETTLED(void, helper_fwait_x86_64, (void *env), env)
SETTLED(uint32_t, helper_fnstsw_x86_64, (void *env), env)
SETTLED(void, helper_fclex_x86_64, (void *env), env)
SETTLED(void, helper_fninit_x86_64, (void *env), env)
SETTLED(void, helper_fstenv_x86_64, (void *env, uint64_t linear, int size), env, linear, size)
SETTLED(void, helper_fldenv_x86_64, (void *env, uint64_t linear, int size), env, linear, size)
SETTLED(void, helper_fsave_x86_64, (void *env, uint64_t linear, int size), env, linear, size)
SETTLED(void, helper_frstor_x86_64, (void *env, uint64_t linear, int size), env, linear, size)
SETTLED(void, helper_fxsave_x86_64, (void *env, uint64_t linear), env, linear)

// The one exception that the library does report: it does so for 0 / 0 as well, which softfloat knows better.
#define DIVIDES(name, parameters, ...)                                                                               \
  void OURS(name) parameters {                                                                                         \
    uint16_t status = AT16(env, ENV_FPUS);                                                                             \
    library.name(__VA_ARGS__);                                                                                         \
    AT16(env, ENV_FPUS) = status;                                                                                      \
  }

DIVIDES(helper_fdiv_ST0_FT0_x86_64, (void *env), env)
DIVIDES(helper_fdivr_ST0_FT0_x86_64, (void *env), env)
DIVIDES(helper_fdiv_STN_ST0_x86_64, (void *env, int place), env, place)
DIVIDES(helper_fdivr_STN_ST0_x86_64, (void *env, int place), env, place)

void OURS(helper_fxrstor_x86_64)(void *env, uint64_t linear) {
  enum { MXCSR = 24, CR4_OSFXSR = 1 << 9 };
  settle_x87(env);
  if (linear % 16 == 0 && AT64(env, ENV_CR4) & CR4_OSFXSR) {
    int mmu = seam_data_mmu(seam_engine);
    uint32_t mxcsr = OURS(cpu_ldl_mmuidx_ra_x86_64)(env, linear + MXCSR, mmu, TRANSLATED);
    seam_admitted(seam_engine, engine_register_mxcsr, 0, mxcsr, TRANSLATED);
  }
  __attribute__((musttail)) return library.helper_fxrstor_x86_64(env, linear);
}
