// SPDX-License-Identifier: GPL-2.0-or-later
//
// A run that ends where the owner wants it: before the instruction at an address is executed.
//
// Blocks are cut in front of the address, and the one that begins there asks first:
//
//         if (!passes) goto spent;         see count.c
//         passes = 0;
//
// Nothing else is translated in another way, so all else is as fast as ever. What was translated before is forgotten when
// the place changes.
#include "seam.h"

static uint64_t linear_eip(const engine *e) {
  return AT64(e->env, ENV_EIP) + AT64(e->env, ENV_SEGS + SEGMENT_SIZE * CS + SEGMENT_BASE);
}

static bool is_there(const engine *e) { return e->stops_at_place && linear_eip(e) == e->place; }

void engine_stop_at(engine *e, bool stops, uint64_t linear) {
  if (stops == e->stops_at_place && linear == e->place)
    return;
  e->stops_at_place = stops;
  e->place = linear;
  engine_ram_changed(e, 0, e->ram_size);
}

void engine_pass_place(engine *e) { e->passes = is_there(e); }

bool seam_arrives(const engine *e) { return is_there(e) && !e->passes; }

void seam_cut_at_place(engine *e, uint64_t linear) {
  if (e->stops_at_place && linear == e->place)
    seam_cut_block(e);
}

void seam_emit_stop(engine *e) {
  if (!e->stops_at_place || e->block.start != e->place || e->block.again)
    return;
  intptr_t flag = library.tcg_const_i64_x86_64(e->tcg, (int64_t)(intptr_t)&e->passes);
  intptr_t passes = library.tcg_const_i32_x86_64(e->tcg, 0);
  library.tcg_gen_op3_x86_64(e->tcg, OP_LD_I32, seam_operand(e, passes), seam_operand(e, flag), 0);
  library.tcg_gen_brcondi_i32_x86_64(e->tcg, COND_EQ, passes, 0, e->block.spent);
  // A branch ends the life of all names.
  flag = library.tcg_const_i64_x86_64(e->tcg, (int64_t)(intptr_t)&e->passes);
  intptr_t no = library.tcg_const_i32_x86_64(e->tcg, 0);
  library.tcg_gen_op3_x86_64(e->tcg, OP_ST_I32, seam_operand(e, no), seam_operand(e, flag), 0);
}
