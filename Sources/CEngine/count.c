// SPDX-License-Identifier: GPL-2.0-or-later
//
// Instructions are counted in the translated code itself, and a run ends at an exact count.
//
// A block of n instructions gets a beginning and an end of ours:
//
//         left -= n;
//         if (left < 0) goto spent;        in place of the library's own check for an exit request
//         ... the block ...
// spent:  left += n; ask for a window; leave          out of the way, at the end
//
// n is filled in when the block has been translated. It ends behind IN, OUT, RDTSC, RDMSR, WRMSR: so the count is exact
// where time can be seen. In the window (x86_cpu_exec_interrupt, RIP at the block) more is granted, or the run ends. What is
// left may be less than the next block: then HF_STEP selects a second set of translations, with one instruction each, for
// the rest. A fault in the middle of a block gives back what was counted and not executed.
//
// A repeated string instruction, the last of its block, notes what is left: so one that is under way, between two of its
// repetitions, can be told from one that is yet to begin.
#include "seam.h"

enum { GRANT = 1 << 20 };               // instructions between two looks at `pause`
enum { BRIEF = 4 };                     // instructions of a block where code keeps changing itself
enum { OFTEN = 16, MOST = 24 };         // how often that is, in blocks that changed themselves less half the others

// Changes what is left by something else than an instruction.
static void add_left(engine *e, int64_t amount) {
  AT64(e->env, ENV_LEFT) += (uint64_t)amount;
  AT64(e->env, ENV_REPEAT) += (uint64_t)amount;
}

// What is left and the address in one: a store in each repetition is all that the note may cost. Another instruction's note
// is as good as never the same.
static int64_t mark(uint64_t pc) { return (int64_t)(pc * 0x9e3779b97f4a7c15 >> 33); }

bool seam_repeats(const engine *e, uint64_t pc) {
  return AT64(e->env, ENV_REPEAT) == AT64(e->env, ENV_LEFT) + (uint64_t)mark(pc);
}

static void emit_request_for_window(engine *e, void *cs, void *tb) {
  uintptr_t env = seam_env(e);
  *(uint32_t *)e->block.spent |= 1; // TCGLabel.present
  library.tcg_gen_op1_x86_64(e->tcg, OP_SET_LABEL, (uintptr_t)e->block.spent);
  library.tcg_gen_addi_i64_x86_64(e->tcg, e->left, e->left, AT16(tb, TB_ICOUNT));
  intptr_t leave = library.tcg_const_i32_x86_64(e->tcg, -1);
  intptr_t request = library.tcg_const_i32_x86_64(e->tcg, INTERRUPT_SPENT);
  library.tcg_gen_op3_x86_64(e->tcg, OP_ST_I32, seam_operand(e, leave), env, ENV_ICOUNT_DECR);
  library.tcg_gen_op3_x86_64(e->tcg, OP_ST_I32, seam_operand(e, request), env,
                             (uintptr_t)((char *)cs + CPU_INTERRUPT_REQUEST - e->env));
  library.tcg_gen_exit_tb_x86_64(e->tcg, tb, TB_EXIT_REQUESTED);
}

void OURS(gen_intermediate_code_x86_64)(void *cs, void *tb, int max) {
  engine *e = seam_engine;
  // The library asks for a single instruction when a block has changed itself. Code that does so time and again, such as
  // 16-bit zeros (ADD [BX+SI], AL), would take seconds if hundreds of instructions were translated for each. But a block
  // that is cut is not linked to the next: so none is for a change now and then.
  e->block.again = AT32(tb, TB_CFLAGS) & CF_COUNT;
  if (e->block.again) {
    if (e->block.changes < MOST)
      e->block.changes += 2;
  } else if (e->block.changes > 0 && e->block.changes-- > OFTEN && max > BRIEF) {
    max = BRIEF;
  }
  if (AT32(tb, TB_FLAGS) & (HF_STEP | RFLAGS_RF) || (e->noted_singly && AT32(tb, TB_FLAGS) & HF_VISITS))
    max = 1;
  e->block.resumes = AT32(tb, TB_FLAGS) & RFLAGS_RF;
  e->block.most = max;
  e->block.flags = AT32(tb, TB_FLAGS);
  e->block.start = AT64(tb, TB_PC);
  e->block.page = AT64(tb, TB_PC) >> 12;
  if (sigsetjmp(e->block.escape, 0)) // see seam_cut_block
    e->block.most = AT32(e->block.translation, TRANSLATION_INSTRUCTIONS) - 1;
  library.tcg_func_start_x86_64(e->tcg); // forgets what was generated so far
  e->block.phase = BEGINNING;
  e->x87.loaded = false;
  library.gen_intermediate_code_x86_64(cs, tb, e->block.most);
  AT64(e->block.subtrahend, TCG_OP_ARGUMENTS + 8) = -(uint64_t)AT16(tb, TB_ICOUNT);
  emit_request_for_window(e, cs, tb);
  e->block.phase = NOT_TRANSLATING;
  // Code where no memory is belongs to no page, and stores do not invalidate it. The library means to execute such a block
  // once, but finds it again by its address. Its last instruction may reach into memory, and change there.
  if (AT32(tb, TB_CFLAGS) & CF_NOCACHE)
    AT32(tb, TB_CFLAGS) |= CF_INVALID;
  if (e->block.flags & HF_VISITS)
    seam_number_block(e, tb);
}

// To fetch from a page uses it, as its accessed flag tells. So a block ends in front of an instruction that needs another
// page than the block's first.
void seam_enter_page(engine *e, uint64_t linear) {
  if (linear >> 12 != e->block.page)
    seam_cut_block(e);
}

void seam_cut_block(engine *e) {
  if (e->block.phase == TRANSLATING && AT32(e->block.translation, TRANSLATION_INSTRUCTIONS) > 1)
    siglongjmp(e->block.escape, 1);
}

void OURS(translator_loop_x86_64)(const void *operations, void *translation, void *cs, void *tb, int max) {
  seam_engine->block.translation = translation;
  library.translator_loop_x86_64(operations, translation, cs, tb, max);
}

// Ends the block behind the instruction that is being translated.
static void end_block(engine *e) {
  AT32(e->block.translation, TRANSLATION_MOST) = AT32(e->block.translation, TRANSLATION_INSTRUCTIONS);
}

void seam_emit_note_of_repetition(engine *e, uint64_t pc) {
  uintptr_t env = seam_env(e);
  intptr_t note = library.tcg_const_i64_x86_64(e->tcg, 0);
  library.tcg_gen_addi_i64_x86_64(e->tcg, note, e->left, mark(pc));
  library.tcg_gen_op3_x86_64(e->tcg, OP_ST_I64, seam_operand(e, note), env, ENV_REPEAT);
}

// RF is set, says the block's key, and ends with the instruction that begins here; a fault of that pushes it as 1.
static void emit_end_of_resume(engine *e) {
  uintptr_t env = seam_env(e);
  intptr_t flags = library.tcg_const_i64_x86_64(e->tcg, 0);
  library.tcg_gen_op3_x86_64(e->tcg, OP_LD_I64, seam_operand(e, flags), env, ENV_EFLAGS);
  library.tcg_gen_addi_i64_x86_64(e->tcg, flags, flags, -RFLAGS_RF);
  library.tcg_gen_op3_x86_64(e->tcg, OP_ST_I64, seam_operand(e, flags), env, ENV_EFLAGS);
}

// The library's check for an exit request is the first of its kind in a block: ours takes its place.
void OURS(tcg_gen_brcondi_i32_x86_64)(void *tcg, int condition, intptr_t value, int32_t with, void *label) {
  engine *e = seam_engine;
  if (e->block.phase != BEGINNING) {
    library.tcg_gen_brcondi_i32_x86_64(tcg, condition, value, with, label);
    return;
  }
  e->block.spent = library.gen_new_label_x86_64(tcg);
  e->block.phase = SUBTRACTING;
  library.tcg_gen_addi_i64_x86_64(tcg, e->left, e->left, -1);
  library.tcg_gen_brcondi_i64_x86_64(tcg, COND_LT, e->left, 0, e->block.spent);
  seam_emit_stop(e);
  if (e->block.resumes)
    emit_end_of_resume(e);
  if (e->block.flags & HF_VISITS)
    seam_emit_visit(e);
}

// The constant -1 stands for the number of the block's instructions, and another one for the block's own, which nobody
// knows yet: remembers where they are.
void OURS(tcg_gen_op2_x86_64)(void *tcg, int op, uintptr_t a, uintptr_t b) {
  engine *e = seam_engine;
  if (e->block.phase == SUBTRACTING || e->block.phase == NUMBERING) {
    char **constant = e->block.phase == SUBTRACTING ? &e->block.subtrahend : &e->block.number;
    *constant = library.tcg_emit_op_x86_64(tcg, op);
    AT64(*constant, TCG_OP_ARGUMENTS) = a;
    e->block.phase = TRANSLATING;
    return;
  }
  if (op == OP_INSN_START) {
    char *beginning = library.tcg_emit_op_x86_64(tcg, op);
    AT64(beginning, TCG_OP_ARGUMENTS) = a;
    AT64(beginning, TCG_OP_ARGUMENTS + 8) = b;
    seam_begin_flags(e, beginning, b);
    seam_cut_at_place(e, a);
    seam_begin_instruction(e, a);
    seam_begin_x87(e);
    seam_note_instruction(e, a);
    return;
  }
  if (a == e->bases[0] || a == e->bases[1])
    seam_check_base(e, op == OP_MOV_I64, a, b);
  if (!seam_move_flags(e, op, a, b))
    library.tcg_gen_op2_x86_64(tcg, op, a, b);
}

// A call out of translated code: those through which the guest sees time or reaches a device end their block.
void OURS(tcg_gen_callN_x86_64)(void *tcg, void *function, void *result, int count, void **arguments) {
  engine *e = seam_engine;
  void *const ends[] = {OURS(helper_inb_x86_64),   OURS(helper_inw_x86_64),    OURS(helper_inl_x86_64),
                        OURS(helper_outb_x86_64),  OURS(helper_outw_x86_64),   OURS(helper_outl_x86_64),
                        OURS(helper_rdtsc_x86_64), OURS(helper_rdtscp_x86_64), OURS(helper_rdmsr_x86_64),
                        OURS(helper_wrmsr_x86_64)};
  if (SEAM_IS_ONE_OF(function, ends))
    end_block(e);
  if (function == OURS(helper_raise_interrupt_x86_64)) {
    library.tcg_gen_callN_x86_64(tcg, OURS(helper_vmrun_x86_64), result, count, arguments); // see events.c
    OURS(tcg_gen_exit_tb_x86_64)(tcg, NULL, 0);
    return;
  }
  seam_emit_call(e, function, result, count, arguments);
  seam_end_x87_call(e, function);
}

// The library leaves for its main loop behind instructions that may let an interrupt in, and others: POPF, STI, IRET,
// writes to control registers, and where a block was cut. There it looks for interrupts and then for the next block. With
// nothing due, the code goes straight on to that.
void OURS(tcg_gen_exit_tb_x86_64)(void *tcg, void *tb, unsigned how) {
  engine *e = seam_engine;
  if (!tb && e->block.phase == TRANSLATING) {
    uintptr_t env = seam_env(e);
    intptr_t request = library.tcg_const_i32_x86_64(tcg, 0);
    uint32_t *due = library.gen_new_label_x86_64(tcg);
    library.tcg_gen_op3_x86_64(tcg, OP_LD_I32, seam_operand(e, request), env,
                               (uintptr_t)(CPU_INTERRUPT_REQUEST - (intptr_t)ENV_IN_CPU));
    library.tcg_gen_brcondi_i32_x86_64(tcg, COND_NE, request, 0, due);
    library.tcg_gen_lookup_and_goto_ptr_x86_64(tcg);
    *due |= 1; // TCGLabel.present
    library.tcg_gen_op1_x86_64(tcg, OP_SET_LABEL, (uintptr_t)due);
  }
  library.tcg_gen_exit_tb_x86_64(tcg, tb, how);
}

// Called while the library sets up its translator: the first such call brings its context and its name for env.
void *OURS(tcg_global_mem_new_internal_x86_64)(void *tcg, int type, void *base, intptr_t offset, const char *name) {
  engine *e = seam_engine;
  if (!e->tcg) {
    e->tcg = tcg;
    e->env_global = base;
    char *left = library.tcg_global_mem_new_internal_x86_64(tcg, TYPE_I64, base, ENV_LEFT, "left");
    e->left = left - e->tcg;
  }
  char *global = library.tcg_global_mem_new_internal_x86_64(tcg, type, base, offset, name);
  if (offset == ENV_CC_SRC)
    e->flags.source = (uintptr_t)global;
  if (offset == ENV_CC_DST)
    e->flags.result = (uintptr_t)global;
  if (offset == ENV_CC_OP)
    e->flags.how = (uintptr_t)global;
  for (int i = 0; i < 2; i++)
    if (offset == ENV_SEGS + SEGMENT_SIZE * (FS + i) + SEGMENT_BASE)
      e->bases[i] = (uintptr_t)global;
  return global;
}

// --- windows ---------------------------------------------------------------------------------------------------

static void grant(engine *e, uint64_t amount) {
  e->reserve -= amount;
  e->granted += amount;
  add_left(e, (int64_t)amount);
}

static uint64_t next_part(engine *e) {
  uint64_t most = seam_most_granted(e, GRANT);
  return e->reserve < most ? e->reserve : most;
}

void seam_begin_run(engine *e, uint64_t budget) {
  e->reserve = budget;
  if (!e->watching)
    grant(e, next_part(e));
}

// The next block does not start: for want of budget, or since the owner is to be asked first.
static void window(engine *e) {
  int64_t left = (int64_t)AT64(e->env, ENV_LEFT); // less than 0: engine_retire() had nothing to take
  if (e->stop) {
    seam_leave(e, (engine_exit){.kind = engine_exit_stopped});
  } else if (seam_arrives(e)) {
    seam_leave(e, (engine_exit){.kind = engine_exit_arrived});
  } else if (atomic_exchange_explicit(&e->pause, false, memory_order_relaxed)) {
    seam_leave(e, (engine_exit){.kind = engine_exit_paused});
  } else if (left <= 0 && e->reserve == 0) {
    seam_leave(e, (engine_exit){.kind = engine_exit_budget});
  } else if (e->watching || e->reserve == 0) {
    uint64_t missing = left <= 0 ? (uint64_t)(1 - left) : 0, most = next_part(e);
    grant(e, missing < most ? missing : most);
    AT32(e->env, ENV_HFLAGS) |= HF_STEP;
  } else {
    grant(e, next_part(e));
    AT32(e->env, ENV_HFLAGS) &= ~HF_STEP;
  }
}

void seam_end_if_due(engine *e) {
  if ((int64_t)AT64(e->env, ENV_LEFT) <= 0 && e->reserve == 0)
    seam_leave(e, (engine_exit){.kind = engine_exit_budget});
  else if (atomic_exchange_explicit(&e->pause, false, memory_order_relaxed))
    seam_leave(e, (engine_exit){.kind = engine_exit_paused});
}

uint32_t seam_requests(const engine *e) {
  bool due = e->line || e->stepped || (e->nmi && !e->nmi_blocked);
  return (due ? INTERRUPT_HARD : 0) | (e->watching ? INTERRUPT_SPENT : 0);
}

// Called between two blocks, with RIP exact: at the end of a budget, and, while something is due, wherever it may have
// become possible. A handler's first instruction comes behind a boundary, too.
bool OURS(x86_cpu_exec_interrupt_x86_64)(void *cs, int request) {
  engine *e = seam_engine;
  bool goes_on = e->watching && e->restarts;
  e->restarts = false;
  while (!goes_on) {
    if (request & INTERRUPT_SPENT && !e->stepped)
      window(e);
    goes_on = e->exited || !seam_deliver_due(e);
    request = (int)seam_requests(e);
  }
  AT32(cs, CPU_INTERRUPT_REQUEST) = seam_requests(e);
  return true;
}

void seam_take_back(engine *e) {
  if ((int64_t)AT64(e->env, ENV_LEFT) > 0)
    e->reserve += AT64(e->env, ENV_LEFT);
  e->granted -= AT64(e->env, ENV_LEFT);
  add_left(e, -(int64_t)AT64(e->env, ENV_LEFT));
}

void engine_stop(engine *e) {
  e->stop = true;
  seam_take_back(e);
}

void engine_spend(engine *e, uint64_t amount) {
  if (AT64(e->env, ENV_LEFT) >= amount) {
    add_left(e, -(int64_t)amount);
    e->granted -= amount;
    return;
  }
  seam_take_back(e);
  e->reserve -= amount < e->reserve ? amount : e->reserve;
}

void engine_pause(engine *e) { atomic_store_explicit(&e->pause, true, memory_order_relaxed); }

uint64_t engine_instructions(const engine *e) { return e->granted - AT64(e->env, ENV_LEFT); }

// --- faults in the middle of a block ---------------------------------------------------------------------------

static int64_t signed_leb128(const uint8_t **at) {
  uint64_t value = 0;
  int shift = 0;
  uint8_t byte;
  do {
    byte = *(*at)++;
    value |= (uint64_t)(byte & 0x7f) << shift;
    shift += 7;
  } while (byte & 0x80);
  return (int64_t)(shift < 64 && byte & 0x40 ? value | -(1ull << shift) : value);
}

// The state is set back to the instruction at data[0]: it and those behind it were counted and are not executed.
// Behind a block's code the library keeps, for each instruction, the differences of its address, its flags' state and
// the end of its code, as LEB128.
void OURS(restore_state_to_opc_x86_64)(void *env, void *tb, uint64_t *data) {
  engine *e = seam_engine;
  const uint8_t *search = *(const uint8_t **)((char *)tb + TB_CODE) + AT64(tb, TB_CODE_SIZE);
  uint64_t pc = AT64(tb, TB_PC);
  int count = AT16(tb, TB_ICOUNT), index = 0;
  for (; index < count; index++) {
    pc += signed_leb128(&search);
    signed_leb128(&search);
    signed_leb128(&search);
    if (pc == data[0])
      break;
  }
  seam_correct_count(e, count - index);
  e->settled = engine_instructions(e);
  e->restarts = true;
  seam_restore_alignment(e, &data[1]);
  AT32(e->uc, UC_PIECE_OF) = 0; // the library forgets that when it leaves by longjmp
  library.restore_state_to_opc_x86_64(env, tb, data);
}
