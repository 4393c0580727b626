// SPDX-License-Identifier: GPL-2.0-or-later
//
// An engine's life, its runs and its state.
#include "seam.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

_Thread_local engine *seam_engine;

// --- life ----------------------------------------------------------------------------------------------------------

// The library's reset forgets most of what the processor can do, and promises what is not there.
static void set_features(engine *e) {
  const engine_features *f = &e->features;
  memset(e->env + ENV_FEATURES, 0, 8 * FEATURE_WORDS);
  AT64(e->env, ENV_FEATURES + 8 * FEATURES_1_EDX) = f->leaf1_edx;
  AT64(e->env, ENV_FEATURES + 8 * FEATURES_1_ECX) = f->leaf1_ecx;
  AT64(e->env, ENV_FEATURES + 8 * FEATURES_7_EBX) = f->leaf7_ebx;
  AT64(e->env, ENV_FEATURES + 8 * FEATURES_X1_EDX) = f->extended1_edx;
  AT64(e->env, ENV_FEATURES + 8 * FEATURES_X1_ECX) = f->extended1_ecx;
  memcpy(e->env + ENV_VENDOR, f->vendor, sizeof f->vendor); // decides SYSENTER in 64-bit mode
  uint32_t mxcsr = 0x1f80; // after reset, Intel SDM Vol. 1 §10.2.3 "MXCSR Control and Status Register"
  uc_reg_write(e->uc, UC_X86_REG_MXCSR, &mxcsr);
}

// The x87 unit as FNINIT leaves it, and as QEMU starts with; the registers are empty, and hold zeros. The manual has another
// control word at power-on (Intel SDM Vol. 3A Table 9-1), which firmware is not known to leave. The library has none, and the
// self-test's guest leaves a value on the stack.
static void reset_x87(engine *e) {
  static const uint8_t zero[16];
  for (int i = 0; i < 8; i++)
    uc_reg_write(e->uc, UC_X86_REG_FP0 + i, zero);
  library.helper_fninit_x86_64(e->env);
  AT8(e->env, ENV_FP_FLAGS) = 0;
}

// The table of translated blocks. The library begins with room for 32768, half a megabyte that is written at every start;
// the table grows by itself.
void OURS(qht_init)(void *table, void *compare, size_t elements, unsigned mode) {
  enum { AT_FIRST = 4096 };
  library.qht_init(table, compare, seam_engine ? AT_FIRST : elements, mode);
}

static bool start(engine *e, engine_error *error) {
  uc_err err = uc_open(UC_ARCH_X86, UC_MODE_64, &e->uc);
  if (err)
    return seam_fail(error, "", uc_strerror(err), "opening libunicorn's x86-64 processor");
  // The first call that needs the processor creates it, and so calls our functions: they bring env and TCG's names.
  if (!seam_map_memory(e))
    return seam_fail(error, "", "refused", "giving libunicorn its memory");
  if (!e->env || !e->tcg)
    return seam_fail(error, "reached", "not reached", "the seam's functions in front of libunicorn's own");
  if (!e->flags.source || !e->flags.result || !e->flags.how)
    return seam_fail(error, "three", "fewer", "TCG's names for what the arithmetic flags are computed from");
  uc_ctl_exits_enable(e->uc); // there are no addresses at which a run ends
  if (!seam_hook_events(e, error) || !seam_hook_alignment(e, error))
    return false;
  set_features(e);
  // The library would look for an exit request behind every load and store: that costs a branch and ends the
  // optimiser's view of the block, and leaving there would execute the block's beginning twice.
  if (AT8(e->uc, UC_NO_EXIT_REQUEST) != 0 || AT8(e->uc, UC_INIT_DONE) != 1)
    return seam_fail(error, "0 and 1", "others", "libunicorn's no_exit_request and init_done");
  AT8(e->uc, UC_NO_EXIT_REQUEST) = 1;
  return true;
}

engine *engine_open(uint8_t *ram, uint64_t ram_size, const engine_owner *owner, const engine_features *features,
                    engine_error *error) {
  static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
  engine *outer = seam_engine;
  engine *e = calloc(1, sizeof *e);
  uint8_t *seen_stores = calloc(1, ram_size / 4096);
  if (!e || !seen_stores) {
    free(e);
    free(seen_stores);
    seam_fail(error, "", "out of memory", "allocating a machine");
    return NULL;
  }
  *e = (engine){.owner = *owner, .features = *features, .ram = ram, .ram_size = ram_size, .seen_stores = seen_stores};
  // The library's own set-up is not made for several threads at once.
  pthread_mutex_lock(&once);
  seam_engine = e;
  bool good = (seam_is_tested() || seam_bind(error)) && start(e, error) &&
              (seam_is_tested() || seam_self_test(e, error));
  if (good)
    reset_x87(e);
  seam_engine = outer;
  pthread_mutex_unlock(&once);
  if (good)
    return e;
  engine_close(e);
  return NULL;
}

void engine_close(engine *e) {
  engine *outer = seam_engine;
  seam_engine = e;
  if (e->uc)
    uc_close(e->uc);
  seam_engine = outer == e ? NULL : outer;
  free(e->seen_stores);
  free(e->visits);
  free(e);
}

// --- running -------------------------------------------------------------------------------------------------------

void seam_leave(engine *e, engine_exit exit) {
  if (e->exited) // the budget may be spent by now, too: the first reason is the one
    return;
  e->exit = exit;
  e->exited = true;
  uc_emu_stop(e->uc);
}

enum { STEPS = 16 }; // a budget up to this is executed in steps from the start

engine_exit engine_run(engine *e, uint64_t budget) {
  if (budget == 0)
    return (engine_exit){.kind = engine_exit_budget};
  engine *outer = seam_engine;
  seam_engine = e;
  e->stop = e->halted = e->exited = e->restarts = false;
  e->block.phase = NOT_TRANSLATING;
  e->event_kind = engine_event_exception;
  e->settled = ~0ull;
  AT32(e->cs, CPU_INTERRUPT_REQUEST) = seam_requests(e);
  seam_begin_run(e, budget);
  // Blocks that the budget does not suffice for would be translated in vain, one for each instruction of a caller who
  // steps.
  if (budget <= STEPS)
    AT32(e->env, ENV_HFLAGS) |= HF_STEP;
  e->in_guest = true;
  uc_err err = uc_emu_start(e->uc, AT64(e->env, ENV_EIP), 0, 0, 0);
  e->in_guest = false;
  AT32(e->env, ENV_HFLAGS) &= ~HF_STEP;
  seam_take_back(e);
  engine_flush_visits(e);
  seam_engine = outer;
  if (!e->exited && err)
    return (engine_exit){.kind = engine_exit_failed, .library_error = err};
  if (!e->exited)
    return (engine_exit){.kind = e->halted ? engine_exit_halted : engine_exit_failed};
  return e->exit;
}

// --- state ---------------------------------------------------------------------------------------------------------

enum { RSP = 4 };

// An engine_segment has the layout of the library's SegmentCache.
_Static_assert(sizeof(engine_segment) == SEGMENT_SIZE && offsetof(engine_segment, base) == SEGMENT_BASE &&
                   offsetof(engine_segment, limit) == SEGMENT_LIMIT && offsetof(engine_segment, attributes) == SEGMENT_FLAGS,
               "segments are copied as they are");
// The eight segment registers stand in the same order on both sides.
_Static_assert(offsetof(engine_state, tr) == offsetof(engine_state, es) + SEGMENT_SIZE * TR, "ES CS SS DS FS GS LDTR TR");

// Field by field, as they were just written: a copy of all at once would wait for those stores.
static void set_segment(engine *e, int index, const engine_segment *value) {
  char *s = e->env + ENV_SEGS + SEGMENT_SIZE * index;
  AT32(s, 0) = value->selector;
  AT64(s, SEGMENT_BASE) = value->base;
  AT32(s, SEGMENT_LIMIT) = value->limit;
  AT32(s, SEGMENT_FLAGS) = value->attributes;
}

static engine_table get_table(engine *e, int index) {
  const char *s = e->env + ENV_SEGS + SEGMENT_SIZE * index;
  return (engine_table){AT64(s, SEGMENT_BASE), AT32(s, SEGMENT_LIMIT)};
}

static void set_table(engine *e, int index, engine_table value) {
  set_segment(e, index, &(engine_segment){.base = value.base, .limit = value.limit});
}

enum { ARITHMETIC_FLAGS = 0x8d5, DIRECTION_FLAG = 0x400 };

uint64_t seam_flags(const engine *e) {
  uint32_t arithmetic = library.cpu_cc_compute_all_x86_64(e->env, (int)AT32(e->env, ENV_CC_OP));
  uint64_t system = AT64(e->env, ENV_EFLAGS) & ~(uint64_t)(ARITHMETIC_FLAGS | DIRECTION_FLAG);
  return system | arithmetic | (AT32(e->env, ENV_DF) & DIRECTION_FLAG);
}

void seam_set_flags(engine *e, uint64_t flags) {
  enum { ALWAYS = 2 };
  AT64(e->env, ENV_CC_SRC) = flags & ARITHMETIC_FLAGS;
  AT32(e->env, ENV_CC_OP) = CC_OP_EFLAGS;
  AT32(e->env, ENV_DF) = flags & DIRECTION_FLAG ? -1 : 1;
  AT64(e->env, ENV_EFLAGS) = (flags & ~(uint64_t)(ARITHMETIC_FLAGS | DIRECTION_FLAG)) | ALWAYS;
}

bool engine_takes_interrupts(const engine *e) { return AT64(e->env, ENV_EFLAGS) & RFLAGS_IF; }

void engine_get_state(engine *e, engine_state *state) {
  memcpy(state->gpr, e->env + ENV_REGS, sizeof state->gpr);
  state->rip = AT64(e->env, ENV_EIP);
  state->rflags = seam_flags(e);
  memcpy(&state->es, e->env + ENV_SEGS, SEGMENT_SIZE * (TR + 1));
  state->gdtr = get_table(e, GDTR);
  state->idtr = get_table(e, IDTR);
  state->cr0 = AT64(e->env, ENV_CR0);
  state->cr2 = AT64(e->env, ENV_CR2);
  state->cr3 = AT64(e->env, ENV_CR3);
  state->cr4 = AT64(e->env, ENV_CR4);
  state->efer = AT64(e->env, ENV_EFER);
}

enum { DEPENDENT_FLAGS = HF_CPL | HF_CS32 | HF_SS32 | HF_ADDSEG | HF_LMA | HF_CS64 };

// Sets the part of hflags that follows from segments and control registers and that the library does not set by itself.
static void set_dependent_flags(engine *e) {
  enum { CR0_PE = 1, EFER_LMA = 1 << 10, RFLAGS_VM = 1 << 17, DB = 1 << 22, L = 1 << 21 };
  const char *cs = e->env + ENV_SEGS + SEGMENT_SIZE * CS, *ss = e->env + ENV_SEGS + SEGMENT_SIZE * SS;
  const char *ds = e->env + ENV_SEGS + SEGMENT_SIZE * DS, *es = e->env + ENV_SEGS + SEGMENT_SIZE * ES;
  bool protected = AT64(e->env, ENV_CR0) & CR0_PE, long_mode = AT64(e->env, ENV_EFER) & EFER_LMA;
  bool virtual_8086 = AT64(e->env, ENV_EFLAGS) & RFLAGS_VM;
  uint32_t code = AT32(cs, SEGMENT_FLAGS), stack = AT32(ss, SEGMENT_FLAGS);
  bool code64 = long_mode && code & L;
  uint32_t flags = protected ? stack >> 13 & 3 : 0;
  flags |= long_mode ? HF_LMA : 0;
  flags |= code64 ? HF_CS64 | HF_CS32 | HF_SS32 : 0;
  flags |= !code64 && code & DB ? HF_CS32 : 0;
  flags |= !code64 && stack & DB ? HF_SS32 : 0;
  bool flat = (AT64(ds, SEGMENT_BASE) | AT64(es, SEGMENT_BASE) | AT64(ss, SEGMENT_BASE)) == 0;
  flags |= !code64 && (!protected || virtual_8086 || !(flags & HF_CS32) || !flat) ? HF_ADDSEG : 0;
  AT32(e->env, ENV_HFLAGS) = (AT32(e->env, ENV_HFLAGS) & ~DEPENDENT_FLAGS) | flags;
}

void engine_set_flow(engine *e, const engine_flow *flow) {
  AT64(e->env, ENV_REGS + 8 * RSP) = flow->rsp;
  AT64(e->env, ENV_EIP) = flow->rip;
  set_segment(e, CS, &flow->cs);
  set_segment(e, SS, &flow->ss);
  seam_set_flags(e, flow->rflags);
  set_dependent_flags(e);
  AT32(e->env, ENV_HFLAGS) &= ~HF_INHIBIT_IRQ;
}

enum { TSS_BUSY = 2 << 8 }; // of a descriptor's type, in its high half

void engine_set_state(engine *e, const engine_state *s) {
  engine *outer = seam_engine;
  seam_engine = e;
  memcpy(e->env + ENV_REGS, s->gpr, sizeof s->gpr);
  memcpy(e->env + ENV_SEGS, &s->es, SEGMENT_SIZE * (TR + 1));
  // A call gate ends the process if the library finds the task busy that is under way: it caches a TSS as LTR found it.
  AT32(e->env, ENV_SEGS + SEGMENT_SIZE * TR + SEGMENT_FLAGS) &= ~TSS_BUSY;
  set_table(e, GDTR, s->gdtr);
  set_table(e, IDTR, s->idtr);
  // The library's own functions set the flags that follow from CR0 and CR4 and forget its translations. With EFER in
  // its final state and CR0.PG unchanged in this call they do not try to enter or leave long mode by themselves.
  AT64(e->env, ENV_EFER) = s->efer;
  AT64(e->env, ENV_CR0) = s->cr0;
  library.cpu_x86_update_cr0_x86_64(e->env, (uint32_t)s->cr0);
  library.cpu_x86_update_cr4_x86_64(e->env, (uint32_t)s->cr4);
  AT64(e->env, ENV_CR3) = s->cr3;
  AT64(e->env, ENV_CR2) = s->cr2;
  seam_set_flags(e, s->rflags);
  set_dependent_flags(e);
  seam_note_alignment(e);
  AT32(e->env, ENV_HFLAGS) &= ~HF_INHIBIT_IRQ;
  AT64(e->env, ENV_EIP) = s->rip;
  AT32(e->env, ENV_OLD_EXCEPTION) = (uint32_t)-1;
  engine_flush_translations(e);
  seam_engine = outer;
}
