// SPDX-License-Identifier: GPL-2.0-or-later
//
// Which blocks are executed, in their order: what a trace of every instruction, or of every call, is made from.
//
// HF_VISITS, which the library does not use, is part of every block's key as HF_STEP is: it selects translations that
// note themselves. Those without it are as they ever were, so what nobody asks for costs nothing.
//
//         visit = next visit; visit->block = number; visit->rsp = RSP; next visit = visit + 1;
//
// Nobody looks whether there is room. A block executes an instruction at least: so no more are granted at a time than half
// the room has visits, and where instructions are given back (a fault in mid-block), the other half is looked at.
#include "seam.h"
#include <stdlib.h>

enum { ROOM = 1 << 14, RSP = 4 };
enum { MOST_BLOCKS = 1 << 18 }; // numbers before all is forgotten, for code that changes itself for ever

_Static_assert(sizeof(engine_visit) == 16, "two stores make a visit");

static engine_visit *next(const engine *e) { return (engine_visit *)AT64(e->env, ENV_VISIT); }

void engine_flush_visits(engine *e) {
  if (!e->visits || next(e) == e->visits)
    return;
  size_t count = (size_t)(next(e) - e->visits);
  AT64(e->env, ENV_VISIT) = (uintptr_t)e->visits;
  e->owner.visited(e->owner.context, e->visits, count);
}

bool engine_note_visits(engine *e, bool noted, bool singly) {
  engine_flush_visits(e);
  if (noted && !e->visits && !(e->visits = malloc(ROOM * sizeof *e->visits)))
    return false;
  seam_take_back(e);
  e->noted_singly = singly;
  if (noted) {
    AT64(e->env, ENV_VISIT) = (uintptr_t)e->visits;
    AT32(e->env, ENV_HFLAGS) |= HF_VISITS;
  } else {
    AT32(e->env, ENV_HFLAGS) &= ~HF_VISITS;
    free(e->visits);
    e->visits = NULL;
  }
  return true;
}

uint64_t seam_most_granted(engine *e, uint64_t most) {
  if (!e->visits)
    return most;
  if (e->blocks >= MOST_BLOCKS) {
    engine_flush_visits(e);
    engine_ram_changed(e, 0, e->ram_size); // the library's tb_flush() would clear the whole gigabyte it has for code
    e->blocks = 0;
    e->owner.forgotten(e->owner.context);
  }
  if (next(e) > e->visits + ROOM / 2)
    engine_flush_visits(e);
  return ROOM / 2;
}

void seam_correct_count(engine *e, int64_t given_back) {
  AT64(e->env, ENV_LEFT) += (uint64_t)given_back;
  if (!e->visits)
    return;
  engine_visit *visit = next(e);
  *visit = (engine_visit){.block = engine_no_block, .change = (int32_t)-given_back};
  AT64(e->env, ENV_VISIT) = (uintptr_t)(visit + 1);
  if (visit + 1 > e->visits + ROOM / 2)
    engine_flush_visits(e);
}

// --- the translator's part -------------------------------------------------------------------------------------------

void seam_emit_visit(engine *e) {
  uintptr_t env = seam_env(e);
  intptr_t visit = library.tcg_const_i64_x86_64(e->tcg, 0), rsp = library.tcg_const_i64_x86_64(e->tcg, 0);
  uintptr_t place = seam_operand(e, visit), stack = seam_operand(e, rsp);
  e->block.phase = NUMBERING;
  intptr_t number = library.tcg_const_i64_x86_64(e->tcg, 0);
  library.tcg_gen_op3_x86_64(e->tcg, OP_LD_I64, place, env, ENV_VISIT);
  library.tcg_gen_op3_x86_64(e->tcg, OP_ST_I64, seam_operand(e, number), place, offsetof(engine_visit, block));
  library.tcg_gen_op3_x86_64(e->tcg, OP_LD_I64, stack, env, ENV_REGS + 8 * RSP);
  library.tcg_gen_op3_x86_64(e->tcg, OP_ST_I64, stack, place, offsetof(engine_visit, rsp));
  library.tcg_gen_addi_i64_x86_64(e->tcg, visit, visit, sizeof(engine_visit));
  library.tcg_gen_op3_x86_64(e->tcg, OP_ST_I64, place, env, ENV_VISIT);
}

void seam_note_instruction(engine *e, uint64_t linear) {
  if (!(e->block.flags & HF_VISITS) || e->block.phase != TRANSLATING)
    return;
  uint32_t number = AT32(e->block.translation, TRANSLATION_INSTRUCTIONS) - 1;
  if (number < engine_longest_block)
    e->block.starts[number] = (uint16_t)(linear - e->block.start);
}

// The bytes as they were translated; the pages have just been fetched from.
static void copy_code(engine *e, uint64_t linear, uint8_t *bytes, size_t count) {
  e->instruction.next = ~0ull; // these are no instruction's that is being translated
  for (size_t i = 0; i < count; i++)
    bytes[i] = (uint8_t)OURS(cpu_ldub_code_x86_64)(e->env, linear + i);
}

void seam_number_block(engine *e, const void *tb) {
  uint8_t bytes[1 << 13];
  size_t count = AT16(tb, TB_SIZE);
  copy_code(e, AT64(tb, TB_PC), bytes, count < sizeof bytes ? count : sizeof bytes);
  engine_block block = {
      .address = AT64(tb, TB_PC),
      .bits = e->block.flags & HF_CS64 ? 64 : e->block.flags & HF_CS32 ? 32 : 16,
      .instructions = AT16(tb, TB_ICOUNT),
      .length = (uint16_t)(count < sizeof bytes ? count : sizeof bytes),
      .starts = e->block.starts,
      .bytes = bytes,
  };
  uint32_t number = e->owner.translated(e->owner.context, &block);
  if (number >= e->blocks)
    e->blocks = number + 1;
  AT64(e->block.number, TCG_OP_ARGUMENTS + 8) = number;
}
