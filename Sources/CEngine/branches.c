// SPDX-License-Identifier: GPL-2.0-or-later
//
// Branches that must not be taken: to addresses that are not canonical, and to code of no size. The library takes them
// and faults at the target; the processor faults at the branch.
#include "seam.h"

enum { CODE_DPL = 13, CODE_L = 1 << 21, CODE_D = 1 << 22, CODE_P = 1 << 15, CODE_CONFORMING = 1 << 10 };
enum { IS_CODE = 1 << 12 | 1 << 11 };

// --- near branches -----------------------------------------------------------------------------------------------

// RIP is at the target of a branch, RSP as behind it; `translated` is within the branch.
static _Noreturn void refuse_branch(engine *e, uintptr_t translated) {
  // A conditional branch may have computed the flags anew: how they are kept now is what counts.
  uint32_t cc_op = AT32(e->env, ENV_CC_OP);
  e->event_kind = engine_event_branch;
  e->event_address = AT64(e->env, ENV_EIP);
  library.cpu_restore_state_x86_64(e->cs, translated, true);
  AT32(e->env, ENV_CC_OP) = cc_op;
  seam_raise(e, GENERAL_PROTECTION, 0, 0);
}

static bool is_lost(const void *env) {
  return !seam_is_canonical(AT64(env, ENV_EIP)) && AT32(env, ENV_HFLAGS) & HF_CS64;
}

// All indirect branches, and direct ones to other pages, ask here for the code to go on with. Most find a block that was
// found before; no block begins at an address that is not canonical, so the check can wait until none is found.
void *OURS(helper_lookup_tb_ptr_x86_64)(void *env) {
  const char *cs = (const char *)env - ENV_IN_CPU;
  uint64_t base = AT64(env, ENV_SEGS + SEGMENT_SIZE * CS + SEGMENT_BASE), linear = base + AT64(env, ENV_EIP);
  uint32_t flags = AT32(env, ENV_HFLAGS) | (AT32(env, ENV_EFLAGS) & RFLAGS_IN_TB_FLAGS);
  const char *block = seam_recent_block(cs, linear);
  if (block && AT64(block, TB_PC) == linear && AT64(block, TB_CS_BASE) == base && AT32(block, TB_FLAGS) == flags &&
      (AT32(block, TB_CFLAGS) & CFLAGS_IN_KEY) == AT32(cs, CPU_CLUSTER) << 24)
    return (void *)AT64(block, TB_CODE);
  if (is_lost(env))
    refuse_branch(seam_engine, TRANSLATED);
  __attribute__((musttail)) return library.helper_lookup_tb_ptr_x86_64(env);
}

void seam_check_branch(engine *e, uintptr_t translated) {
  if (is_lost(e->env))
    refuse_branch(e, translated);
}

// With TF set, they end here instead.
void OURS(helper_single_step_x86_64)(void *env) {
  seam_check_branch(seam_engine, TRANSLATED);
  seam_end_step(seam_engine);
}

// --- far branches --------------------------------------------------------------------------------------------------

// The high half of the descriptor that `selector` names; 0 if there is none.
static uint32_t descriptor(engine *e, uint32_t selector, uintptr_t translated) {
  const char *table = e->env + ENV_SEGS + SEGMENT_SIZE * (selector & 4 ? LDTR : GDTR);
  if ((selector & 0xfffc) == 0 || (selector | 7) > AT32(table, SEGMENT_LIMIT))
    return 0;
  uint64_t linear = AT64(table, SEGMENT_BASE) + (selector & 0xfff8) + 4;
  return OURS(cpu_ldl_mmuidx_ra_x86_64)(e->env, linear, seam_system_mmu(e), translated);
}

// In long mode, L and D must not both be set, and in 64-bit code the offset must be canonical; all other checks are the
// library's (Intel SDM Vol. 2A "JMP—Jump", "CALL—Call Procedure"). For far RET see return.c.
void seam_check_far_branch(engine *e, uint32_t selector, uint64_t offset, uintptr_t translated) {
  if (!(AT32(e->env, ENV_HFLAGS) & HF_LMA))
    return;
  uint32_t code = descriptor(e, selector, translated);
  if ((code & IS_CODE) != IS_CODE || !(code & CODE_L))
    return;
  if (code & CODE_D)
    seam_raise(e, GENERAL_PROTECTION, (int)(selector & 0xfffc), translated);
  uint32_t dpl = code >> CODE_DPL & 3, cpl = AT32(e->env, ENV_HFLAGS) & HF_CPL;
  bool allowed = code & CODE_P && (code & CODE_CONFORMING ? dpl <= cpl : dpl == cpl && (selector & 3) <= cpl);
  if (allowed && !seam_is_canonical(offset))
    seam_raise(e, GENERAL_PROTECTION, 0, translated);
}
