// SPDX-License-Identifier: GPL-2.0-or-later
//
// The arithmetic flags, where the library's translator loses them.
//
// It keeps them as what they are computed from, and how (ENV_CC_OP); the latter it knows for most of a block, and stores
// only where it thinks that somebody will ask. What an instruction began with is in the block's search data, for a fault.
// So what goes wrong depends on the block around an instruction, and would differ from a run in steps:
//
// - LOOPE and LOOPNE that count to 0, CMPXCHG8B and CMPXCHG16B, SYSENTER and SYSEXIT: how is not stored. It is here.
// - SETcc and RCL, RCR to memory compute the flags before they store. Whoever goes back to their beginning, for a fault or
//   for a store into the block itself, gets what they were computed from in a form that the note does not tell: the note is
//   changed. RCL and RCR have changed CF by then, too: that waits until they have stored.
// - BT, BTS, BTR, BTC leave OF and AF, which the manual does not define, as they find or compute them. Both become 0.
#include "seam.h"

enum { ADJUST_AND_OVERFLOW = 0x810 };

static void move(engine *e, uintptr_t target, uintptr_t source) {
  library.tcg_gen_op2_x86_64(e->tcg, OP_MOV_I64, target, source);
}

void seam_begin_flags(engine *e, char *beginning, uint64_t form) {
  e->flags.beginning = beginning;
  e->flags.form = form;
  e->flags.late = 0;
  e->flags.about = OTHER;
}

// Stores how the flags are computed, if that is known. Until the instruction computes others, this is no change.
static void emit_form(engine *e) {
  enum { DYNAMIC = 0 };
  if (e->flags.form != DYNAMIC)
    library.tcg_gen_op2_x86_64(e->tcg, OP_MOVI_I32, e->flags.how, e->flags.form);
}

void seam_take_flags(engine *e, uint32_t opcode, uint64_t linear) {
  enum { LOOPNE = 0xe0, LOOPE = 0xe1, GROUP_8 = 0x0fba, RCL = 2, RCR = 3 };
  if (opcode == LOOPNE || opcode == LOOPE) {
    emit_form(e);
  } else if ((opcode & 0xffe7) == 0x0fa3 || opcode == GROUP_8) { // 0F A3, AB, B3, BB
    e->flags.about = BIT_TEST;
  } else if ((opcode & 0xfff0) == 0x0f90) {
    e->flags.about = EARLY;
  } else if ((opcode & 0xfe) == 0xc0 || (opcode & 0xfc) == 0xd0) {
    uint32_t modrm = opcode > 0xff ? 0xff : OURS(cpu_ldub_code_x86_64)(e->env, linear + 1), operation = modrm >> 3 & 7;
    if (modrm >> 6 != 3 && (operation == RCL || operation == RCR))
      e->flags.about = EARLY;
  }
}

// The flags are in ENV_CC_SRC as they are from here on.
static void note_early(engine *e) {
  if (e->flags.about == EARLY)
    AT64(e->flags.beginning, TCG_OP_ARGUMENTS + 8) = CC_OP_EFLAGS;
}

void seam_emit_call(engine *e, void *function, void *result, int count, void **arguments) {
  void *const reads[] = {
      (void *)library.helper_cmpxchg8b_x86_64,  (void *)library.helper_cmpxchg8b_unlocked_x86_64,
      (void *)library.helper_cmpxchg16b_x86_64, (void *)library.helper_cmpxchg16b_unlocked_x86_64,
      (void *)OURS(helper_sysenter_x86_64),     (void *)OURS(helper_sysexit_x86_64),
  };
  void *const rotates[] = {
      (void *)library.helper_rclb_x86_64, (void *)library.helper_rclw_x86_64, (void *)library.helper_rcll_x86_64,
      (void *)library.helper_rclq_x86_64, (void *)library.helper_rcrb_x86_64, (void *)library.helper_rcrw_x86_64,
      (void *)library.helper_rcrl_x86_64, (void *)library.helper_rcrq_x86_64,
  };
  seam_emit_alignment_check(e, function, arguments);
  bool waits = e->flags.about == EARLY && SEAM_IS_ONE_OF(function, rotates);
  uintptr_t before = 0;
  if (SEAM_IS_ONE_OF(function, reads))
    emit_form(e);
  if (waits) {
    before = seam_operand(e, library.tcg_const_i64_x86_64(e->tcg, 0));
    e->flags.late = seam_operand(e, library.tcg_const_i64_x86_64(e->tcg, 0));
    move(e, before, e->flags.source);
  }
  library.tcg_gen_callN_x86_64(e->tcg, function, result, count, arguments);
  if (waits) {
    move(e, e->flags.late, e->flags.source);
    move(e, e->flags.source, before);
  }
  if (function == (void *)library.helper_cc_compute_all_x86_64)
    note_early(e);
}

void seam_end_store(engine *e) {
  if (e->flags.late)
    move(e, e->flags.source, e->flags.late);
  e->flags.late = 0;
}

// The bit becomes the lowest of CC_SRC, which is CF in this form; the others are those of CC_DST, so that OF is 0.
bool seam_move_flags(engine *e, int op, uintptr_t target, uintptr_t source) {
  if (target != e->flags.source)
    return false;
  if (op == OP_MOVI_I64)
    note_early(e);
  if (op != OP_MOV_I64 || e->flags.about != BIT_TEST)
    return false;
  library.tcg_gen_deposit_i64_x86_64(e->tcg, seam_name(e, target), seam_name(e, e->flags.result), seam_name(e, source), 0,
                                     1);
  return true;
}

// BT behind an instruction of which it is not known how its flags are computed, or whose flags are computed already.
void OURS(tcg_gen_deposit_i64_x86_64)(void *tcg, intptr_t result, intptr_t into, intptr_t value, unsigned place,
                                      unsigned bits) {
  engine *e = seam_engine;
  library.tcg_gen_deposit_i64_x86_64(tcg, result, into, value, place, bits);
  if (e->flags.about == BIT_TEST && seam_operand(e, result) == e->flags.source)
    library.tcg_gen_andi_i64_x86_64(tcg, result, result, ~ADJUST_AND_OVERFLOW);
}
