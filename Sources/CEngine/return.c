// SPDX-License-Identifier: GPL-2.0-or-later
//
// IRET. The library's own takes some five hundred instructions; most handlers return in a way that needs few of its checks.
#include "seam.h"
#include <string.h>

enum { PAGE = 4096, RSP = 4 };

// What the halves of a descriptor have in the upper one.
enum {
  ACCESSED = 1 << 8,
  WRITABLE = 1 << 9,
  CONFORMING_OR_DOWN = 1 << 10,
  IS_CODE = 1 << 11,
  CODE_OR_DATA = 1 << 12,
  DPL = 3 << 13,
  PRESENT = 1 << 15,
  LONG = 1 << 21,
  BIG = 1 << 22,
  GRANULAR = 1 << 23,
};

// Reads the descriptor of `selector` if it is in the GDT, and its page is cached; false if not.
static bool find(engine *e, int mmu, uint16_t selector, uint32_t halves[2]) {
  const char *gdtr = e->env + ENV_SEGS + SEGMENT_SIZE * GDTR;
  uint64_t linear = AT64(gdtr, SEGMENT_BASE) + (selector & 0xfff8);
  if (selector & 4 || (selector | 7) > AT32(gdtr, SEGMENT_LIMIT) || linear % PAGE > PAGE - 8)
    return false;
  const char *host = seam_cached(e, linear, mmu, TLB_READ_TAG, 0);
  if (host)
    memcpy(halves, host, 8);
  return host;
}

static engine_segment loaded(uint16_t selector, const uint32_t halves[2]) {
  uint32_t low = halves[0], high = halves[1], limit = (low & 0xffff) | (high & 0xf0000);
  return (engine_segment){
      .selector = selector,
      .base = (low >> 16) | (high & 0xff) << 16 | (high & 0xff000000),
      .limit = high & GRANULAR ? limit << 12 | 0xfff : limit,
      .attributes = high,
  };
}

// IRETQ of a handler in ring 0 of 64-bit mode to 64-bit code in ring 0, with everything at hand and in order
// (Intel SDM Vol. 2A "IRET/IRETD/IRETQ", IA-32e-MODE). False, and nothing is done, in every other case: those are the
// library's to find out about.
static bool return_within_ring_0(engine *e, int size) {
  enum { QUADWORDS = 2, RFLAGS_NT = 1 << 14, RFLAGS_AC = 1 << 18, RESTORED = 0x257fd5 };
  uint32_t hflags = AT32(e->env, ENV_HFLAGS);
  uint64_t flags = AT64(e->env, ENV_EFLAGS);
  if (size != QUADWORDS || (hflags & (HF_CS64 | HF_CPL)) != HF_CS64 || flags & RFLAGS_NT)
    return false;
  int mmu = hflags & HF_SMAP && !(flags & RFLAGS_AC) ? engine_supervisor_without_user_pages : engine_supervisor;
  uint64_t sp = AT64(e->env, ENV_REGS + 8 * RSP), frame[5];
  const char *host = sp % PAGE <= PAGE - sizeof frame ? seam_cached(e, sp, mmu, TLB_READ_TAG, 0) : NULL;
  if (!host)
    return false;
  memcpy(frame, host, sizeof frame);
  uint64_t rip = frame[0];
  uint16_t code = (uint16_t)frame[1], stack = (uint16_t)frame[4];
  if (code & 3 || stack & 3 || code == 0 || (uint64_t)((int64_t)(rip << 16) >> 16) != rip)
    return false;

  uint32_t halves[2];
  uint32_t code_bits = PRESENT | CODE_OR_DATA | IS_CODE | ACCESSED | LONG | DPL | BIG | CONFORMING_OR_DOWN;
  if (!find(e, mmu, code, halves) || (halves[1] & code_bits) != (PRESENT | CODE_OR_DATA | IS_CODE | ACCESSED | LONG))
    return false;
  engine_flow flow = {
      .cs = loaded(code, halves),
      // A null SS is what the library makes of it.
      .ss = {.limit = ~0u, .attributes = PRESENT | CODE_OR_DATA | WRITABLE | ACCESSED | BIG | GRANULAR},
      .rsp = frame[3],
      .rip = rip,
      .rflags = (flags & ~(uint64_t)RESTORED) | (frame[2] & RESTORED),
  };
  if (stack != 0) {
    uint32_t stack_bits = PRESENT | CODE_OR_DATA | IS_CODE | WRITABLE | ACCESSED | DPL;
    if (!find(e, mmu, stack, halves) || (halves[1] & stack_bits) != (PRESENT | CODE_OR_DATA | WRITABLE | ACCESSED))
      return false;
    flow.ss = loaded(stack, halves);
  }
  engine_set_flow(e, &flow);
  return true;
}

void OURS(helper_iret_protected_x86_64)(void *env, int size, int next) {
  enum { RFLAGS_NT = 1 << 14 };
  engine *e = seam_engine;
  if (return_within_ring_0(e, size))
    return;
  if (AT64(env, ENV_EFLAGS) & RFLAGS_NT && !(AT32(env, ENV_HFLAGS) & HF_LMA))
    seam_switch_task(e, engine_event_task_return, 0, (uint32_t)next, TRANSLATED);
  __attribute__((musttail)) return library.helper_iret_protected_x86_64(env, size, next);
}
