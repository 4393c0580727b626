// SPDX-License-Identifier: GPL-2.0-or-later
//
// Operands that must be aligned: #GP for those of 16 bytes of most SSE instructions, and #AC for all that a program of
// ring 3 accesses with CR0.AM and EFLAGS.AC set (Intel SDM Vol. 3A §6.15 "Interrupt 17—Alignment Check Exception").
//
// Translated code compares an address with the cached translation's in one go with as many of its lower bits as are to be
// 0, so a check costs nothing. Whether #AC is to be checked for is a part of a block's key: CPL and AC are by themselves,
// CR0.AM by HF_ALIGNMENT. An operand of 16 bytes takes two accesses, of which the first is asked.
//
// Which of the two it is, the instruction tells: its note in the block's search data, where else its flags' state is alone.
#include "seam.h"

enum { ALIGN_NATURALLY = 7 << 4, RFLAGS_AC = 1 << 18, CR0_AM = 1 << 18 };
enum { MARK = 1 << 8 }; // of the note

void seam_note_alignment(engine *e) {
  bool checks = AT64(e->env, ENV_CR0) & CR0_AM;
  AT32(e->env, ENV_HFLAGS) = (AT32(e->env, ENV_HFLAGS) & ~HF_ALIGNMENT) | (checks ? HF_ALIGNMENT : 0);
}

static bool checks(uint64_t hflags, uint64_t flags) {
  return hflags & HF_ALIGNMENT && flags & RFLAGS_AC && (hflags & HF_CPL) == 3;
}

// Instructions that take 16 bytes from anywhere: MOVUPS, MOVUPD; MOVDQU; LDDQU. #AC is about operands of 8 bytes or fewer
// (Vol. 2A Table 2-21 "Type 4 Class Exception Conditions").
static bool is_anywhere(uint32_t opcode, uint8_t prefix) {
  switch (opcode) {
  case 0x0f10:
  case 0x0f11:
    return prefix == 0 || prefix == 0x66;
  case 0x0f6f:
  case 0x0f7f:
    return prefix == 0xf3;
  default:
    return opcode == 0x0ff0 && prefix == 0xf2;
  }
}

void seam_take_alignment(engine *e, uint32_t opcode, uint8_t prefix) {
  e->instruction.anywhere = is_anywhere(opcode, prefix);
  e->instruction.aligned = e->owner.aligned(e->owner.context, opcode, prefix);
  if (e->instruction.aligned)
    AT64(e->flags.beginning, TCG_OP_ARGUMENTS + 8) |= MARK;
}

void seam_restore_alignment(engine *e, uint64_t *note) {
  e->must_align = *note & MARK;
  *note &= ~(uint64_t)MARK;
}

static int alignment(engine *e) {
  bool aligned = e->instruction.aligned;
  e->instruction.aligned = false;
  if (aligned)
    return ALIGN_16;
  return checks(e->block.flags, e->block.flags) && !e->instruction.anywhere ? ALIGN_NATURALLY : 0;
}

void OURS(tcg_gen_qemu_ld_i32_x86_64)(void *tcg, intptr_t value, intptr_t linear, uintptr_t mmu, int operation) {
  library.tcg_gen_qemu_ld_i32_x86_64(tcg, value, linear, mmu, operation | alignment(seam_engine));
}

void OURS(tcg_gen_qemu_st_i32_x86_64)(void *tcg, intptr_t value, intptr_t linear, uintptr_t mmu, int operation) {
  library.tcg_gen_qemu_st_i32_x86_64(tcg, value, linear, mmu, operation | alignment(seam_engine));
}

void OURS(tcg_gen_qemu_ld_i64_x86_64)(void *tcg, intptr_t value, intptr_t linear, uintptr_t mmu, int operation) {
  library.tcg_gen_qemu_ld_i64_x86_64(tcg, value, linear, mmu, operation | alignment(seam_engine));
}

void OURS(tcg_gen_qemu_st_i64_x86_64)(void *tcg, intptr_t value, intptr_t linear, uintptr_t mmu, int operation) {
  library.tcg_gen_qemu_st_i64_x86_64(tcg, value, linear, mmu, operation | alignment(seam_engine));
  seam_end_store(seam_engine);
}

// XCHG, and what LOCK stands in front of: a load and a store, which the library emits by itself.
#define LOCKED(name)                                                                                                   \
  void OURS(tcg_gen_atomic_##name##_i64_x86_64)(void *tcg, intptr_t result, intptr_t linear, intptr_t value,           \
                                                uintptr_t mmu, int operation) {                                        \
    library.tcg_gen_atomic_##name##_i64_x86_64(tcg, result, linear, value, mmu, operation | alignment(seam_engine));   \
  }

LOCKED(xchg)
LOCKED(fetch_add)
LOCKED(fetch_and)
LOCKED(fetch_or)
LOCKED(fetch_xor)
LOCKED(add_fetch)
LOCKED(and_fetch)
LOCKED(or_fetch)
LOCKED(xor_fetch)

void OURS(tcg_gen_atomic_cmpxchg_i64_x86_64)(void *tcg, intptr_t result, intptr_t linear, intptr_t compared,
                                             intptr_t value, uintptr_t mmu, int operation) {
  operation |= alignment(seam_engine);
  library.tcg_gen_atomic_cmpxchg_i64_x86_64(tcg, result, linear, compared, value, mmu, operation);
}

// The manual lists #GP and page faults in front of #AC, and leaves the order open (Vol. 3A Table 6-2).
static void on_misaligned(void *cs, uint64_t linear, int access, int mmu, uintptr_t translated) {
  enum { ALIGNMENT_CHECK = 17 };
  engine *e = seam_engine;
  if (checks(AT32(e->env, ENV_HFLAGS), AT64(e->env, ENV_EFLAGS)) && seam_is_canonical(linear))
    library.probe_access_x86_64(e->env, linear, 1, access, mmu, translated);
  library.cpu_restore_state_x86_64(cs, translated, true);
  bool is_canonical = seam_is_canonical(linear) || !(AT32(e->env, ENV_HFLAGS) & HF_CS64);
  if (!is_canonical) {
    e->event_kind = engine_event_address;
    e->event_address = linear;
  }
  bool is_checked = !e->must_align && is_canonical && checks(AT32(e->env, ENV_HFLAGS), AT64(e->env, ENV_EFLAGS));
  seam_raise(e, is_checked ? ALIGNMENT_CHECK : GENERAL_PROTECTION, 0, 0);
}

// Called before functions of the library's that access memory by themselves. XRSTOR is not promised.
void OURS(helper_xrstor_x86_64)(void *env, uint64_t linear, uint64_t alignment) {
  if (linear & (alignment - 1))
    on_misaligned(seam_engine->cs, linear, engine_access_read, engine_user, TRANSLATED);
}

void seam_emit_alignment_check(engine *e, void *function, void **arguments) {
  enum { EIGHT = 8 };
  const struct {
    void *function;
    int alignment;
  } accesses[] = {
      {(void *)library.helper_fldt_ST0_x86_64, EIGHT},  {(void *)library.helper_fstt_ST0_x86_64, EIGHT},
      {(void *)library.helper_fbld_ST0_x86_64, EIGHT},  {(void *)library.helper_fbst_ST0_x86_64, EIGHT},
      {(void *)library.helper_cmpxchg8b_x86_64, EIGHT}, {(void *)library.helper_cmpxchg8b_unlocked_x86_64, EIGHT},
      {(void *)library.helper_boundw_x86_64, 2},        {(void *)library.helper_boundl_x86_64, 4},
  };
  if (!checks(e->block.flags, e->block.flags))
    return;
  for (size_t i = 0; i < sizeof accesses / sizeof *accesses; i++) {
    if (function != accesses[i].function)
      continue;
    intptr_t alignment = library.tcg_const_i64_x86_64(e->tcg, accesses[i].alignment);
    void *checked[] = {arguments[0], arguments[1], (void *)seam_operand(e, alignment)};
    library.tcg_gen_callN_x86_64(e->tcg, (void *)OURS(helper_xrstor_x86_64), NULL, 3, checked);
  }
}

bool seam_hook_alignment(engine *e, engine_error *error) {
  char *class = (char *)AT64(e->cs, CPU_CLASS);
  if (AT64(class, CLASS_TLB_FILL) != (uintptr_t)OURS(x86_cpu_tlb_fill_x86_64))
    return seam_fail(error, "ours", "another", "the function that libunicorn's processor asks at a TLB miss");
  void (**hook)(void *, uint64_t, int, int, uintptr_t) = (void *)(class + CLASS_MISALIGNED);
  if (*hook && *hook != on_misaligned)
    return seam_fail(error, "nobody", "somebody", "whom libunicorn asks about misaligned accesses");
  *hook = on_misaligned;
  return true;
}
