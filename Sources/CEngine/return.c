// SPDX-License-Identifier: GPL-2.0-or-later
//
// IRET and far RET. The library's own IRET takes some five hundred instructions; most handlers return in a way that needs few
// of its checks. In the other ways it checks too little.
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

enum { RFLAGS_NT = 1 << 14, RFLAGS_VM = 1 << 17, RFLAGS_AC = 1 << 18 };

// The MMU index of what the library reads for the processor itself.
static int own_mmu(const engine *e) {
  uint32_t hflags = AT32(e->env, ENV_HFLAGS);
  bool lifted = (hflags & HF_CPL) < 3 && AT64(e->env, ENV_EFLAGS) & RFLAGS_AC;
  return hflags & HF_SMAP && !lifted ? engine_supervisor_without_user_pages : engine_supervisor;
}

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
  enum { QUADWORDS = 2, RESTORED = 0x257fd5 };
  uint32_t hflags = AT32(e->env, ENV_HFLAGS);
  uint64_t flags = AT64(e->env, ENV_EFLAGS);
  if (size != QUADWORDS || (hflags & (HF_CS64 | HF_CPL)) != HF_CS64 || flags & RFLAGS_NT)
    return false;
  int mmu = own_mmu(e);
  uint64_t sp = AT64(e->env, ENV_REGS + 8 * RSP), frame[5];
  const char *host = sp % PAGE <= PAGE - sizeof frame ? seam_cached(e, sp, mmu, TLB_READ_TAG, 0) : NULL;
  if (!host)
    return false;
  memcpy(frame, host, sizeof frame);
  uint64_t rip = frame[0];
  uint16_t code = (uint16_t)frame[1], stack = (uint16_t)frame[4];
  if (code & 3 || stack & 3 || code == 0 || !seam_is_canonical(rip))
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

// --- what the library does not check -------------------------------------------------------------------------------

// Reads memory, cached or not; false if some of it is not RAM that can be read.
static bool look(engine *e, uint64_t linear, void *to, uint64_t bytes) {
  int mmu = own_mmu(e);
  while (bytes > 0) {
    uint64_t here = PAGE - linear % PAGE;
    if (here > bytes)
      here = bytes;
    const void *host = seam_cached(e, linear, mmu, TLB_READ_TAG, 0);
    if (!host && !(host = library.tlb_vaddr_to_host_x86_64(e->env, linear, engine_access_read, mmu)))
      return false;
    memcpy(to, host, here);
    to = (char *)to + here;
    linear += here;
    bytes -= here;
  }
  return true;
}

// Reads the descriptor of `selector`, wherever it is.
static bool look_up(engine *e, uint16_t selector, uint32_t halves[2]) {
  const char *table = e->env + ENV_SEGS + SEGMENT_SIZE * (selector & 4 ? LDTR : GDTR);
  return (selector | 7) <= AT32(table, SEGMENT_LIMIT) && look(e, AT64(table, SEGMENT_BASE) + (selector & 0xfff8), halves, 8);
}

static uint64_t popped(const uint8_t *values, int number, unsigned width) {
  uint64_t value = 0;
  memcpy(&value, values + (unsigned)number * width, width);
  return value;
}

static bool has_privilege(uint32_t high, int privilege) { return (high & DPL) == (uint32_t)privilege << 13; }

// Raises what a far RET or an IRET must, and the library does not (Intel SDM Vol. 2A IRET, Vol. 2B RET, "Operation" and the
// exceptions of each mode). Whatever else is wrong, and whatever cannot be read, is the library's to find. `size` is 0, 1 or
// 2 for values of 2, 4 or 8 bytes; a far RET releases so many bytes of parameters.
static void check_return(engine *e, int size, bool is_iret, unsigned released, uintptr_t translated) {
  unsigned width = 2u << size, count = is_iret ? 3 : 2;
  uint32_t hflags = AT32(e->env, ENV_HFLAGS);
  bool in_ia32e = hflags & HF_LMA, in_64_bit = hflags & HF_CS64, pops_stack = is_iret && in_64_bit;
  uint64_t mask = in_64_bit ? ~0ull : hflags & HF_SS32 ? 0xffffffff : 0xffff;
  uint64_t sp = AT64(e->env, ENV_REGS + 8 * RSP) & mask;
  uint64_t base = in_64_bit ? 0 : AT64(e->env + ENV_SEGS + SEGMENT_SIZE * SS, SEGMENT_BASE);
  uint64_t last = sp + (pops_stack ? 5 : count) * width - 1;
  if (in_64_bit && !(seam_is_canonical(sp) && seam_is_canonical(last)))
    seam_raise(e, STACK_FAULT, 0, translated);

  uint8_t frame[3 * 8], stack_pointer[2 * 8];
  if (last > mask || !look(e, base + sp, frame, count * width))
    return;
  uint64_t rip = popped(frame, 0, width);
  uint16_t selector = (uint16_t)popped(frame, 1, width);
  if (is_iret && !in_ia32e && popped(frame, 2, width) & RFLAGS_VM)
    return;
  uint32_t code[2], stack[2];
  int privilege = selector & 3, current = hflags & HF_CPL;
  if (selector < 4 || privilege < current || !look_up(e, selector, code))
    return;
  uint32_t high = code[1], is_code = PRESENT | CODE_OR_DATA | IS_CODE;
  if ((high & is_code) != is_code)
    return;
  if (high & CONFORMING_OR_DOWN ? (high & DPL) >> 13 > (uint32_t)privilege : !has_privilege(high, privilege))
    return;
  if (in_ia32e && high & LONG && high & BIG)
    seam_raise(e, GENERAL_PROTECTION, selector & 0xfffc, translated);

  if (pops_stack || privilege > current) {
    uint64_t place = sp + count * width + released;
    if (place + 2 * width - 1 > mask || !look(e, base + place, stack_pointer, 2 * width))
      return;
    uint16_t ss = (uint16_t)popped(stack_pointer, 1, width);
    bool is_null = ss < 4;
    if (is_null && (!in_ia32e || privilege == 3))
      return;
    if (!is_null) {
      if ((ss & 3) != privilege || !look_up(e, ss, stack) || !has_privilege(stack[1], privilege) ||
          (stack[1] & (CODE_OR_DATA | IS_CODE | WRITABLE)) != (CODE_OR_DATA | WRITABLE))
        return;
      if (!(stack[1] & PRESENT))
        seam_raise(e, STACK_FAULT, ss & 0xfffc, translated);
    }
  }
  bool to_64_bit = in_ia32e && high & LONG;
  if (to_64_bit ? !seam_is_canonical(rip) : rip > loaded(selector, code).limit)
    seam_raise(e, GENERAL_PROTECTION, 0, translated);
}

void OURS(helper_iret_protected_x86_64)(void *env, int size, int next) {
  engine *e = seam_engine;
  if (return_within_ring_0(e, size))
    return;
  if (!(AT64(env, ENV_EFLAGS) & RFLAGS_NT))
    check_return(e, size, true, 0, TRANSLATED);
  else if (!(AT32(env, ENV_HFLAGS) & HF_LMA))
    seam_switch_task(e, engine_event_task_return, 0, (uint32_t)next, TRANSLATED);
  __attribute__((musttail)) return library.helper_iret_protected_x86_64(env, size, next);
}

void OURS(helper_lret_protected_x86_64)(void *env, int size, int released) {
  check_return(seam_engine, size, false, (unsigned)released, TRANSLATED);
  __attribute__((musttail)) return library.helper_lret_protected_x86_64(env, size, released);
}
