// SPDX-License-Identifier: GPL-2.0-or-later
//
// While they are told: the instructions that load control registers, model-specific registers and descriptor tables, and
// those that reach ports or certain pages.
//
// Each is a call out of translated code, from which the library knows where it stands; nothing of the state changes but RIP,
// which the block does not look at.
#include "seam.h"

void engine_tell_control(engine *e, bool control, bool ports) {
  // WRFSBASE, WRGSBASE and SWAPGS call only where they were translated for it.
  if (control != e->tells_control && e->loads_bases)
    engine_ram_changed(e, 0, e->ram_size);
  e->tells_control = control;
  e->tells_ports = ports;
}

// The count is left as translated code wants it: a block has counted all its instructions at its beginning. What is given
// back is taken again by a correction, since visits are told by then (flow.c).
engine_control seam_begin_control(engine *e, uintptr_t translated) {
  uint64_t left = AT64(e->env, ENV_LEFT);
  bool restarts = e->restarts;
  library.cpu_restore_state_x86_64(e->cs, translated, true);
  engine_control control = {.before = engine_instructions(e), .paging = seam_paging(e)};
  seam_correct_count(e, (int64_t)(left - AT64(e->env, ENV_LEFT)));
  e->settled = ~0ull;
  e->restarts = restarts;
  return control;
}

void seam_end_control(engine *e, engine_control *control, engine_control_kind kind, uint32_t number, uint64_t value) {
  control->kind = kind;
  control->number = number;
  control->value = value;
  e->owner.controlled(e->owner.context, control);
}

// In the middle of an instruction, whose flags may not be those of its beginning any more, nor RIP (far RET in real mode
// loads CS when RIP is at the target), and of a piece of an access.
void seam_tell_access(engine *e, engine_control_kind kind, uint64_t linear, uint64_t place, uint32_t bytes,
                      uintptr_t host_pc) {
  uint32_t flags = AT32(e->env, ENV_CC_OP), whole = AT32(e->uc, UC_PIECE_OF);
  uint64_t settled = e->settled, rip = AT64(e->env, ENV_EIP);
  engine_control control = seam_begin_control(e, host_pc);
  AT32(e->env, ENV_CC_OP) = flags;
  AT32(e->uc, UC_PIECE_OF) = whole;
  e->settled = settled;
  control.bytes = (uint8_t)bytes;
  control.place = place;
  seam_end_control(e, &control, kind, 0, linear);
  AT64(e->env, ENV_EIP) = rip;
}

void engine_tell_accesses(engine *e, bool tells) {
  if (tells == e->tells_accesses)
    return;
  e->tells_accesses = tells;
  engine_flush_translations(e); // they say which pages are watched
}

// From translated code, behind LGDT and LIDT (decode.c).
static void tell_table(engine_control_kind kind, uintptr_t translated) {
  engine *e = seam_engine;
  if (!e->tells_control)
    return;
  engine_control control = seam_begin_control(e, translated);
  seam_end_control(e, &control, kind, 0, 0);
}

void OURS(helper_stgi_x86_64)(void *env) { tell_table(engine_control_gdtr, TRANSLATED); }
void OURS(helper_clgi_x86_64)(void *env) { tell_table(engine_control_idtr, TRANSLATED); }

// Ahead of WRFSBASE and WRGSBASE (decode.c), with what they will load: the names are those of VMLOAD and VMSAVE, which are
// not promised.
static void tell_base(uint32_t number, uint64_t base, uintptr_t translated) {
  engine *e = seam_engine;
  engine_control control = seam_begin_control(e, translated);
  control.loaded = base;
  uint64_t old = AT64(e->env, ENV_SEGS + SEGMENT_SIZE * (FS + number) + SEGMENT_BASE);
  seam_end_control(e, &control, engine_control_base, number, old);
}

void OURS(helper_vmload_x86_64)(void *env, uint64_t base) { tell_base(0, base, TRANSLATED); }
void OURS(helper_vmsave_x86_64)(void *env, uint64_t base) { tell_base(1, base, TRANSLATED); }

// Behind SWAPGS: its name is SKINIT's.
void OURS(helper_skinit_x86_64)(void *env) {
  engine *e = seam_engine;
  engine_control control = seam_begin_control(e, TRANSLATED);
  control.loaded = AT64(env, ENV_SEGS + SEGMENT_SIZE * GS + SEGMENT_BASE);
  seam_end_control(e, &control, engine_control_swapgs, 0, AT64(env, ENV_KERNEL_GS_BASE));
}

void OURS(helper_lldt_x86_64)(void *env, int selector) {
  engine *e = seam_engine;
  if (!e->tells_control)
    __attribute__((musttail)) return library.helper_lldt_x86_64(env, selector);
  seam_tell_load(e, library.helper_lldt_x86_64, engine_control_ldtr, selector, TRANSLATED);
}

// What faults in `load` faults as if it had been called from translated code: with the state and the count of the
// instruction.
void seam_tell_load(engine *e, void (*load)(void *env, int selector), engine_control_kind kind, int selector,
                    uintptr_t translated) {
  engine_control control = seam_begin_control(e, translated);
  int64_t counted = (int64_t)(engine_instructions(e) - control.before);
  seam_correct_count(e, counted);
  e->settled = control.before;
  load(e->env, selector);
  seam_correct_count(e, -counted);
  e->settled = ~0ull;
  seam_end_control(e, &control, kind, (uint32_t)selector & 0xffff, 0);
}
