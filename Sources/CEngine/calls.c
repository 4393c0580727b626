// SPDX-License-Identifier: GPL-2.0-or-later
//
// System calls: SYSCALL and SYSENTER, which do nothing in the library, and the checks of SYSRET and SYSEXIT.
#include "seam.h"

enum { RCX = 1, RDX = 2, RSP = 4, R11 = 11 };
enum { CODE64 = 0x00af9b00, CODE32 = 0x00cf9b00, DATA = 0x00cf9300, RING_3 = 3 << 13 };
enum { RFLAGS_VM = 1 << 17 };
enum { EFER_SCE = 1, OPERANDS_OF_64_BITS = 2 };

static engine_segment flat(uint32_t selector, uint32_t attributes) {
  return (engine_segment){.selector = selector, .limit = ~0u, .attributes = attributes};
}

static uint32_t privilege(void *env) { return AT32(env, ENV_HFLAGS) & HF_CPL; }

// Intel SDM Vol. 2B "SYSCALL—Fast System Call". RIP is at the instruction.
static void execute_syscall(engine *e, int length, uintptr_t translated) {
  if (!(AT64(e->env, ENV_EFER) & EFER_SCE) || !(AT32(e->env, ENV_HFLAGS) & HF_CS64))
    seam_raise(e, INVALID_OPCODE, 0, 0);
  uint64_t flags = seam_flags(e);
  uint32_t selector = AT64(e->env, ENV_STAR) >> 32 & 0xfffc;
  AT64(e->env, ENV_REGS + 8 * RCX) = AT64(e->env, ENV_EIP) + (uint64_t)length;
  AT64(e->env, ENV_REGS + 8 * R11) = flags & ~(uint64_t)RFLAGS_RF;
  engine_flow flow = {
      .cs = flat(selector, CODE64),
      .ss = flat(selector + 8, DATA),
      .rsp = AT64(e->env, ENV_REGS + 8 * RSP),
      .rip = AT64(e->env, ENV_LSTAR),
      .rflags = flags & ~(AT64(e->env, ENV_FMASK) | RFLAGS_RF),
  };
  engine_set_flow(e, &flow);
}

// Intel SDM Vol. 2B "SYSRET—Return From Fast System Call". The library returns from 32-bit code, too, as AMD's
// processors do.
static void execute_sysret(engine *e, int size, uintptr_t translated) {
  enum { RESTORED = 0x3c7fd7, ALWAYS = 2 };
  if (!(AT64(e->env, ENV_EFER) & EFER_SCE) || !(AT32(e->env, ENV_HFLAGS) & HF_CS64))
    seam_raise(e, INVALID_OPCODE, 0, translated);
  bool wide = size == OPERANDS_OF_64_BITS;
  uint64_t target = AT64(e->env, ENV_REGS + 8 * RCX);
  if (privilege(e->env) != 0 || (wide && !seam_is_canonical(target)))
    seam_raise(e, GENERAL_PROTECTION, 0, translated);
  uint32_t selector = AT64(e->env, ENV_STAR) >> 48;
  engine_flow flow = {
      .cs = flat((selector + (wide ? 16 : 0)) | 3, (wide ? CODE64 : CODE32) | RING_3),
      .ss = flat((selector + 8) | 3, DATA | RING_3),
      .rsp = AT64(e->env, ENV_REGS + 8 * RSP),
      .rip = wide ? target : (uint32_t)target,
      .rflags = (AT64(e->env, ENV_REGS + 8 * R11) & RESTORED) | ALWAYS,
  };
  engine_set_flow(e, &flow);
}

// Goes where `flow` says, with the arithmetic flags as they are: the block that ends here stores how they are computed
// when the call has returned.
static void enter(engine *e, const engine_flow *flow) {
  uint64_t source = AT64(e->env, ENV_CC_SRC);
  uint32_t how = AT32(e->env, ENV_CC_OP);
  engine_set_flow(e, flow);
  AT64(e->env, ENV_CC_SRC) = source;
  AT32(e->env, ENV_CC_OP) = how;
}

// Intel SDM Vol. 2B "SYSENTER—Fast System Call".
static void execute_sysenter(engine *e, int length, uintptr_t translated) {
  uint32_t selector = AT32(e->env, ENV_SYSENTER_CS) & 0xfffc;
  if (selector == 0)
    seam_raise(e, GENERAL_PROTECTION, 0, translated);
  bool long_mode = AT32(e->env, ENV_HFLAGS) & HF_LMA;
  uint64_t width = long_mode ? ~0ull : 0xffffffff;
  engine_flow flow = {
      .cs = flat(selector, long_mode ? CODE64 : CODE32),
      .ss = flat(selector + 8, DATA),
      .rsp = AT64(e->env, ENV_SYSENTER_ESP) & width,
      .rip = AT64(e->env, ENV_SYSENTER_EIP) & width,
      .rflags = seam_flags(e) & ~(uint64_t)(RFLAGS_VM | RFLAGS_IF | RFLAGS_RF),
  };
  enter(e, &flow);
}

// Intel SDM Vol. 2B "SYSEXIT—Fast Return from Fast System Call".
static void execute_sysexit(engine *e, int size, uintptr_t translated) {
  uint32_t selector = AT32(e->env, ENV_SYSENTER_CS) & 0xfffc;
  bool wide = size == OPERANDS_OF_64_BITS;
  uint64_t stack = AT64(e->env, ENV_REGS + 8 * RCX), target = AT64(e->env, ENV_REGS + 8 * RDX);
  bool escapes = wide && !(seam_is_canonical(stack) && seam_is_canonical(target));
  if (selector == 0 || privilege(e->env) != 0 || escapes)
    seam_raise(e, GENERAL_PROTECTION, 0, translated);
  uint64_t width = wide ? ~0ull : 0xffffffff;
  engine_flow flow = {
      .cs = flat((selector + (wide ? 32 : 16)) | 3, (wide ? CODE64 : CODE32) | RING_3),
      .ss = flat((selector + (wide ? 40 : 24)) | 3, DATA | RING_3),
      .rsp = stack & width,
      .rip = target & width,
      .rflags = seam_flags(e),
  };
  enter(e, &flow);
}

// Carries an instruction out, and tells the owner if it wants to know.
#define INSTRUCTION(name)                                                                                              \
  void OURS(helper_##name##_x86_64)(void *env, int operand) {                                                          \
    engine *e = seam_engine;                                                                                           \
    if (!e->tells) {                                                                                                   \
      execute_##name(e, operand, TRANSLATED);                                                                          \
      return;                                                                                                          \
    }                                                                                                                  \
    engine_flow from = seam_begin_transfer(e, TRANSLATED);                                                             \
    execute_##name(e, operand, 0);                                                                                     \
    seam_end_transfer(e, engine_transfer_##name, &from);                                                               \
  }

INSTRUCTION(syscall)
INSTRUCTION(sysret)
INSTRUCTION(sysenter)
INSTRUCTION(sysexit)
