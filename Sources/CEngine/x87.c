// SPDX-License-Identifier: GPL-2.0-or-later
//
// Pending x87 exceptions: an instruction of the unit that may wait raises #MF for what one before it has left (Intel SDM
// Vol. 1 §8.6 "x87 FPU Exception Synchronization"). The library looks at FWAIT and FNOP only.
//
// With all exceptions masked, as FNINIT leaves them, there is nothing to look for. So only blocks that are translated while
// one is unmasked look, by a call in front of each such instruction: HF_UNMASKED, a part of the blocks' key, keeps them
// apart. Where the control word is loaded and that changes, the block is left behind the instruction.
#include "seam.h"

static bool is_unmasked(const engine *e) {
  enum { EXCEPTIONS = 0x3f };
  return ~AT16(e->env, ENV_FPUC) & EXCEPTIONS;
}

static void note_control_word(engine *e) {
  uint32_t now = AT32(e->env, ENV_HFLAGS), next = (now & ~HF_UNMASKED) | (is_unmasked(e) ? HF_UNMASKED : 0);
  AT32(e->env, ENV_HFLAGS) = next;
  e->x87.changed = now != next;
}

// Called behind a load of the control word, and in front of the instruction behind that, if the block goes on. MWAIT is not
// promised.
void OURS(helper_mwait_x86_64)(void *env, int leaves) {
  engine *e = seam_engine;
  if (!leaves) {
    note_control_word(e);
  } else if (e->x87.changed) {
    library.cpu_restore_state_x86_64(e->cs, TRANSLATED, true);
    e->restarts = false;
    e->settled = ~0ull;
    library.cpu_loop_exit_noexc_x86_64(e->cs);
  }
}

static void emit_note(engine *e, bool leaves) {
  intptr_t argument = library.tcg_const_i32_x86_64(e->tcg, leaves);
  void *arguments[] = {(void *)seam_env(e), (void *)seam_operand(e, argument)};
  library.tcg_gen_callN_x86_64(e->tcg, (void *)OURS(helper_mwait_x86_64), NULL, 2, arguments);
}

// FNSTENV, FNSTCW; FNCLEX, FNINIT and what does nothing; FNSAVE, FNSTSW; FNSTSW AX.
static bool waits(uint32_t opcode, uint32_t modrm) {
  bool is_register = modrm >> 6 == 3;
  uint32_t operation = modrm >> 3 & 7;
  switch (opcode) {
  case 0xd9:
    return is_register || operation < 6;
  case 0xdb:
    return !(modrm >= 0xe0 && modrm <= 0xe4);
  case 0xdd:
    return is_register || operation < 6;
  case 0xdf:
    return modrm != 0xe0;
  default:
    return true;
  }
}

// Instructions on the registers of MMX, which are those of the unit: all of their opcodes without a prefix, and EMMS.
static bool is_mmx(uint32_t opcode) {
  uint32_t second = opcode & 0xff;
  if (opcode >> 8 != 0x0f)
    return false;
  return (second >= 0x60 && second <= 0x7f && second != 0x6c && second != 0x6d && (second < 0x78 || second > 0x7d)) ||
         (second >= 0xd1 && second != 0xd6 && second != 0xe6 && second != 0xf0 && second != 0xff);
}

void seam_take_x87(engine *e, uint32_t opcode, uint64_t linear) {
  if (!(e->block.flags & HF_UNMASKED) || e->block.flags & (HF_EM | HF_TS))
    return;
  bool is_x87 = opcode >= 0xd8 && opcode <= 0xdf;
  bool has_prefix = e->instruction.data_size || e->instruction.repeat;
  if ((is_x87 && waits(opcode, OURS(cpu_ldub_code_x86_64)(e->env, linear + 1))) || (is_mmx(opcode) && !has_prefix)) {
    void *arguments[] = {(void *)seam_env(e)};
    library.tcg_gen_callN_x86_64(e->tcg, (void *)OURS(helper_fwait_x86_64), NULL, 1, arguments);
  }
}

void seam_begin_x87(engine *e) {
  if (e->x87.loaded)
    emit_note(e, true);
  e->x87.loaded = false;
}

void seam_end_x87_call(engine *e, void *function) {
  void *const loads[] = {
      (void *)library.helper_fldcw_x86_64, (void *)OURS(helper_fldenv_x86_64),  (void *)OURS(helper_frstor_x86_64),
      (void *)OURS(helper_fsave_x86_64),   (void *)OURS(helper_fxrstor_x86_64), (void *)OURS(helper_fninit_x86_64),
  };
  if (SEAM_IS_ONE_OF(function, loads)) {
    emit_note(e, false);
    e->x87.loaded = true;
  }
}
