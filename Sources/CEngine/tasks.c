// SPDX-License-Identifier: GPL-2.0-or-later
//
// Task switches are the owner's: the library's own leave a fault of the new task with the old one's EIP, half of the new
// one's state, and no accessed bits.
#include "seam.h"

void seam_switch_task(engine *e, engine_event_kind kind, int selector, uint64_t next, uintptr_t translated) {
  enum { NO_EXCEPTION = 32 };
  e->event_kind = (uint8_t)kind;
  e->event_selector = (uint16_t)selector;
  e->event_next = (uint32_t)next;
  library.raise_exception_err_ra_x86_64(e->env, NO_EXCEPTION, 0, translated);
}

static bool is_task(engine *e, int selector) {
  return !(AT32(e->env, ENV_HFLAGS) & HF_LMA) && e->owner.is_task(e->owner.context, (uint16_t)selector);
}

void OURS(helper_ljmp_protected_x86_64)(void *env, int selector, uint64_t offset, uint64_t next) {
  engine *e = seam_engine;
  if (is_task(e, selector))
    seam_switch_task(e, engine_event_task_jump, selector, next, TRANSLATED);
  seam_check_far_branch(e, (uint32_t)selector, offset, TRANSLATED);
  __attribute__((musttail)) return library.helper_ljmp_protected_x86_64(env, selector, offset, next);
}

void OURS(helper_lcall_protected_x86_64)(void *env, int selector, uint64_t offset, int size, uint64_t next) {
  engine *e = seam_engine;
  if (is_task(e, selector))
    seam_switch_task(e, engine_event_task_call, selector, next, TRANSLATED);
  seam_check_far_branch(e, (uint32_t)selector, offset, TRANSLATED);
  __attribute__((musttail)) return library.helper_lcall_protected_x86_64(env, selector, offset, size, next);
}
