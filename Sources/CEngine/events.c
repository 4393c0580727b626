// SPDX-License-Identifier: GPL-2.0-or-later
//
// Exceptions, software interrupts, and what is due between two instructions: the library raises, the owner delivers.
//
// The library delivers nothing. It calls a hook with the vector, and goes on where the state says when the hook
// returns: so a delivery costs no stop. What it does not tell is found out on the way in (helper_raise_interrupt).
#include "seam.h"

enum { OVERFLOW = 4 };

static void on_event(uc_engine *uc, uint32_t vector, void *context) {
  engine *e = context;
  bool is_fault = e->event_kind == engine_event_exception || e->event_kind == engine_event_address ||
                  e->event_kind == engine_event_branch;
  engine_event event = {
      .kind = e->event_kind,
      .vector = (uint8_t)vector,
      .length = e->event_length,
      .selector = e->event_selector,
      .next = e->event_next,
      .error_code = is_fault ? AT32(e->env, ENV_ERROR_CODE) : 0,
  };
  // Raised by the translated code itself, an exception ends its block: one instruction was counted too many.
  if (is_fault && e->settled != engine_instructions(e))
    seam_correct_count(e, 1);
  e->restarts = false;
  e->event_kind = engine_event_exception;
  e->event_length = 0;
  e->event_selector = 0;
  e->settled = ~0ull;
  AT32(e->env, ENV_OLD_EXCEPTION) = (uint32_t)-1; // or the library takes the next fault for a nested one
  if (e->undelivered || !e->owner.deliver(e->owner.context, event))
    seam_leave(e, (engine_exit){.kind = engine_exit_event, .event = event});
  else
    seam_end_if_due(e); // the handler may fault before its first block asks
  e->undelivered = false;
}

void engine_retire(engine *e) { seam_correct_count(e, -1); }

uint64_t engine_event_place(const engine *e) { return e->event_address; }

// --- transfers ---------------------------------------------------------------------------------------------------

void engine_tell_transfers(engine *e, bool tells) { e->tells = tells; }

engine_flow seam_begin_transfer(engine *e, uintptr_t translated) {
  library.cpu_restore_state_x86_64(e->cs, translated, true); // gives the instruction's count back, too
  engine_state state;
  engine_get_state(e, &state);
  return (engine_flow){state.cs, state.ss, state.gpr[4], state.rip, state.rflags};
}

void seam_end_transfer(engine *e, engine_transfer transfer, const engine_flow *from) {
  engine_retire(e);
  e->settled = ~0ull;
  e->owner.transferred(e->owner.context, transfer, from);
}

void seam_raise(engine *e, int vector, int error_code, uintptr_t translated) {
  library.raise_exception_err_ra_x86_64(e->env, vector, error_code, translated);
  __builtin_unreachable();
}

bool seam_hook_events(engine *e, engine_error *error) {
  uc_hook hook;
  if (uc_hook_add(e->uc, &hook, UC_HOOK_INTR, on_event, e, 1, 0))
    return seam_fail(error, "", "refused", "hooking libunicorn's exceptions");
  // An invalid opcode would end the run, by a function that says so of vector 6 only. Without it, it is like any other.
  bool (**stops)(void *uc, int vector) = (void *)((char *)e->uc + UC_STOP_INTERRUPT);
  if (!*stops || (*stops)(e->uc, 5) || !(*stops)(e->uc, 6))
    return seam_fail(error, "vector 6 only", "others", "what libunicorn's stop_interrupt says");
  *stops = NULL;
  return true;
}

// INT n and INT3. The library keeps no note of where the instruction began.
void OURS(helper_raise_interrupt_x86_64)(void *env, int vector, int length) {
  engine *e = seam_engine;
  e->event_kind = engine_event_software;
  e->event_length = (uint8_t)length;
  __attribute__((musttail)) return library.helper_raise_interrupt_x86_64(env, vector, length);
}

// What translated code calls for INT n and INT3 (count.c): delivers where it stands, and returns to the end of the block.
// Raising would leave the run's inner loop by longjmp, for a third of a system call's time. The translator holds that
// helper_raise_interrupt never returns and drops what follows a call of it. Of VMRUN it does not, which takes the same
// parameters and is never translated, since CPUID does not promise SVM.
void OURS(helper_vmrun_x86_64)(void *env, int vector, int length) {
  engine *e = seam_engine;
  engine_event event = {.kind = engine_event_software, .vector = (uint8_t)vector, .length = (uint8_t)length};
  AT64(env, ENV_EIP) += (uint64_t)length;
  if (e->owner.deliver(e->owner.context, event))
    return;
  // Once more, in the way that ends a run, with RIP where the owner has left it.
  e->undelivered = true;
  e->event_kind = event.kind;
  e->event_length = event.length;
  library.helper_raise_interrupt_x86_64(env, vector, 0);
}

void OURS(helper_into_x86_64)(void *env, int length) {
  engine *e = seam_engine;
  if (!(seam_flags(e) & 1 << 11))
    return;
  // The block goes on behind INTO: what was counted of that is given back.
  library.cpu_restore_state_x86_64(e->cs, (uintptr_t)__builtin_return_address(0), true);
  seam_correct_count(e, -1);
  e->event_kind = engine_event_software;
  e->event_length = (uint8_t)length;
  library.helper_raise_interrupt_x86_64(env, OVERFLOW, length);
}

// --- between two instructions ------------------------------------------------------------------------------------

static void update_requests(engine *e) { AT32(e->cs, CPU_INTERRUPT_REQUEST) = seam_requests(e); }

void engine_set_interrupt_line(engine *e, bool raised) {
  e->line = raised;
  update_requests(e);
}

void engine_set_nmi(engine *e, bool pending) {
  e->nmi = pending;
  update_requests(e);
}

void engine_block_nmi(engine *e) { e->nmi_blocked = true; }

void seam_unblock_nmi(engine *e) {
  e->nmi_blocked = false;
  update_requests(e);
}

bool engine_is_due(const engine *e) { return e->stepped || (e->nmi && !e->nmi_blocked); }

// The library has one flag for the shadows of STI and of MOV SS; debug exceptions and NMI know the second only.
void OURS(helper_sti_x86_64)(void *env) {
  AT64(env, ENV_EFLAGS) |= RFLAGS_IF;
  seam_engine->sti = engine_instructions(seam_engine);
}

bool seam_deliver_due(engine *e) {
  bool in_shadow = AT32(e->env, ENV_HFLAGS) & HF_INHIBIT_IRQ;
  uint64_t flags = AT64(e->env, ENV_EFLAGS);
  const char *cs = e->env + ENV_SEGS + SEGMENT_SIZE * CS;
  uint64_t next = AT64(cs, SEGMENT_BASE) + AT64(e->env, ENV_EIP);
  engine_boundary at = {
      .next = AT32(e->env, ENV_HFLAGS) & HF_CS64 ? next : (uint32_t)next,
      .is_repetition = seam_repeats(e, next),
      .is_step = e->stepped,
      .resumes = flags & RFLAGS_RF,
      .follows_stack_switch = in_shadow && e->sti != engine_instructions(e),
      .takes_interrupt = e->line && flags & RFLAGS_IF && !in_shadow,
  };
  at.takes_nmi = e->nmi && !e->nmi_blocked && !at.follows_stack_switch;
  if (!(at.is_step || at.takes_nmi || at.takes_interrupt || e->watching))
    return false;
  e->stepped = false;
  switch (e->owner.boundary(e->owner.context, &at)) {
  case engine_goes_on:
    return false;
  case engine_delivered:
    return true;
  case engine_stops:
    seam_leave(e, (engine_exit){.kind = engine_exit_stopped});
    return false;
  }
}
