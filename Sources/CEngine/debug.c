// SPDX-License-Identifier: GPL-2.0-or-later
//
// Debug registers, single steps, and the accesses that data breakpoints are about.
//
// The library's own breakpoints crash, and its watchpoints never fire. What it has is their two ends: it asks, when it
// caches a translation, whether accesses to that page are to be watched, and then makes such accesses by way of a function
// that is to look at each. Both are ours. All that is decided, the owner decides.
#include "seam.h"

void engine_watch(engine *e, bool watching) {
  if (watching && !e->watching)
    seam_take_back(e);
  e->watching = watching;
  AT32(e->cs, CPU_INTERRUPT_REQUEST) = seam_requests(e);
}

void seam_open_window(engine *e) {
  AT32(e->cs, CPU_INTERRUPT_REQUEST) |= INTERRUPT_HARD;
  library.cpu_loop_exit_noexc_x86_64(e->cs);
  __builtin_unreachable();
}

// --- debug registers ---------------------------------------------------------------------------------------------

static uint64_t move(int number, bool is_write, uint64_t value, uintptr_t translated) {
  engine *e = seam_engine;
  uint8_t vector = e->owner.move_debug(e->owner.context, (uint8_t)number, is_write, &value);
  if (vector != engine_no_exception)
    library.raise_exception_err_ra_x86_64(e->env, vector, 0, translated);
  return value;
}

void OURS(helper_set_dr_x86_64)(void *env, int number, uint64_t value) {
  move(number, true, value, (uintptr_t)__builtin_return_address(0) - 2);
}

uint64_t OURS(helper_get_dr_x86_64)(void *env, int number) {
  return move(number, false, 0, (uintptr_t)__builtin_return_address(0) - 2);
}

// --- RFLAGS.TF and RF --------------------------------------------------------------------------------------------

void seam_end_step(engine *e) {
  e->stepped = true;
  seam_open_window(e);
}

// At the end of SYSCALL and SYSRET.
void OURS(helper_rechecking_single_step_x86_64)(void *env) {
  if (AT64(env, ENV_EFLAGS) & RFLAGS_TF)
    seam_end_step(seam_engine);
}

// At the end of some instructions that began with RF set. Too late: IRET has loaded the next one's (see count.c).
void OURS(helper_reset_rf_x86_64)(void *env) {}

// --- watched pages -----------------------------------------------------------------------------------------------

int OURS(cpu_watchpoint_address_matches_x86_64)(void *cs, uint64_t linear, uint64_t length) {
  return seam_engine->watched; // the library's BP_MEM_READ and BP_MEM_WRITE are engine_may_read and engine_may_write
}

// An access to a watched page, or a piece of one: the library cuts what is not aligned, stores into bytes, and loads into
// two aligned loads, which together read more. Ahead of the pieces of a store comes a look at the whole with a wrong length.
void OURS(cpu_check_watchpoint_x86_64)(void *cs, uint64_t linear, uint64_t length, uint32_t attributes, int access,
                                       uintptr_t host_pc) {
  engine *e = seam_engine;
  uint32_t whole = AT32(e->uc, UC_PIECE_OF);
  if (whole)
    linear = e->access, length = whole;
  else if (linear != e->access || length > 8)
    return;
  bool is_write = access == engine_may_write;
  e->owner.accessed(e->owner.context, linear, (uint32_t)length, is_write);
  if (e->tells_accesses)
    seam_tell_access(e, is_write ? engine_control_store : engine_control_load, linear, seam_place(e, linear, is_write),
                     (uint32_t)length, host_pc);
}
