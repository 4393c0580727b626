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

// Data segments that outer rings may not use become null on the way there, but for FS and GS that are null already.
static void drop_data_segments(engine *e, uint32_t privilege) {
  static const int registers[] = {ES, DS, FS, GS};
  for (int i = 0; i < 4; i++) {
    char *s = e->env + ENV_SEGS + SEGMENT_SIZE * registers[i];
    uint32_t attributes = AT32(s, SEGMENT_FLAGS);
    bool is_null = AT32(s, 0) < 4, conforms = (~attributes & (IS_CODE | CONFORMING_OR_DOWN)) == 0;
    if (!(is_null && i >= 2) && !conforms && (attributes & DPL) >> 13 < privilege)
      memset(s, 0, SEGMENT_SIZE);
  }
}

// IRETQ of a handler in ring 0 of 64-bit mode to 64-bit code, with everything at hand and in order (Intel SDM Vol. 2A
// "IRET/IRETD/IRETQ", IA-32e-MODE). False, and nothing is done, in every other case: those are the library's to find out
// about.
static bool return_from_ring_0(engine *e, int size) {
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
  uint32_t privilege = code & 3;
  if (code < 4 || (stack & 3) != privilege || !seam_is_canonical(rip))
    return false;

  uint32_t halves[2];
  uint32_t code_bits = PRESENT | CODE_OR_DATA | IS_CODE | ACCESSED | LONG | DPL | BIG | CONFORMING_OR_DOWN;
  uint32_t right_code = PRESENT | CODE_OR_DATA | IS_CODE | ACCESSED | LONG | privilege << 13;
  if (!find(e, mmu, code, halves) || (halves[1] & code_bits) != right_code)
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
    uint32_t right_stack = PRESENT | CODE_OR_DATA | WRITABLE | ACCESSED | privilege << 13;
    if (stack < 4 || !find(e, mmu, stack, halves) || (halves[1] & stack_bits) != right_stack)
      return false;
    flow.ss = loaded(stack, halves);
  }
  if (privilege > 0)
    drop_data_segments(e, privilege);
  engine_set_flow(e, &flow);
  return true;
}

// --- what the library does not check -------------------------------------------------------------------------------

// Where the byte is, if it is cached. What is looked at here, the library reads once more: so nobody is told of it, and that
// its page is watched, by a data breakpoint or a trace, does not matter.
static const char *cached(const engine *e, int mmu, uint64_t linear) {
  return seam_cached(e, linear, mmu, TLB_READ_TAG, TLB_WATCHED);
}

// Reads up to eight bytes that are not cached, or cross a page; false if some of them are not RAM that can be read.
static bool look_slowly(engine *e, int mmu, uint64_t linear, uint64_t *value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; i++) {
    library.tlb_vaddr_to_host_x86_64(e->env, linear + i, engine_access_read, mmu);
    const char *host = cached(e, mmu, linear + i);
    if (!host)
      return false;
    *value |= (uint64_t)(uint8_t)*host << 8 * i;
  }
  return true;
}

// Reads a value of 2, 4 or 8 bytes: one load, as a copy of more than was written at once would wait for those stores.
static bool look(engine *e, int mmu, uint64_t linear, uint64_t *value, unsigned bytes) {
  *value = 0;
  const char *host = linear % PAGE <= PAGE - bytes ? cached(e, mmu, linear) : NULL;
  if (!host)
    return look_slowly(e, mmu, linear, value, bytes);
  switch (bytes) {
  case 2: *value = AT16(host, 0); break;
  case 4: *value = AT32(host, 0); break;
  default: *value = AT64(host, 0);
  }
  return true;
}

// Reads the descriptor of `selector`, wherever it is.
static bool look_up(engine *e, int mmu, uint16_t selector, uint32_t halves[2]) {
  const char *table = e->env + ENV_SEGS + SEGMENT_SIZE * (selector & 4 ? LDTR : GDTR);
  uint64_t raw;
  if ((selector | 7) > AT32(table, SEGMENT_LIMIT) ||
      !look(e, mmu, AT64(table, SEGMENT_BASE) + (selector & 0xfff8), &raw, sizeof raw))
    return false;
  halves[0] = (uint32_t)raw;
  halves[1] = raw >> 32;
  return true;
}

// Raises what a far RET or an IRET must, and the library does not (Intel SDM Vol. 2A IRET, Vol. 2B RET, "Operation" and the
// exceptions of each mode). Whatever else is wrong, and whatever cannot be read, is the library's to find. `size` is 0, 1 or
// 2 for values of 2, 4 or 8 bytes; a far RET releases so many bytes of parameters.
static void check_return(engine *e, int size, bool is_iret, unsigned released, uintptr_t translated) {
  unsigned width = 2u << size, count = is_iret ? 3 : 2;
  uint32_t hflags = AT32(e->env, ENV_HFLAGS), privilege, current = hflags & HF_CPL;
  bool in_ia32e = hflags & HF_LMA, in_64_bit = hflags & HF_CS64, pops_stack = is_iret && in_64_bit;
  int mmu = own_mmu(e);
  uint64_t mask = in_64_bit ? ~0ull : hflags & HF_SS32 ? 0xffffffff : 0xffff;
  uint64_t sp = AT64(e->env, ENV_REGS + 8 * RSP) & mask;
  uint64_t base = in_64_bit ? 0 : AT64(e->env + ENV_SEGS + SEGMENT_SIZE * SS, SEGMENT_BASE);
  uint64_t last = sp + (pops_stack ? 5 : count) * width - 1;
  if (in_64_bit && !(seam_is_canonical(sp) && seam_is_canonical(last)))
    seam_raise(e, STACK_FAULT, 0, translated);

  uint64_t rip, flags, selector;
  if (last > mask || !look(e, mmu, base + sp, &rip, width) || !look(e, mmu, base + sp + width, &selector, width))
    return;
  if (is_iret && !in_ia32e && (!look(e, mmu, base + sp + 2 * width, &flags, width) || flags & RFLAGS_VM))
    return;
  uint16_t cs = (uint16_t)selector;
  uint32_t code[2], stack[2];
  privilege = cs & 3;
  if (cs < 4 || privilege < current || !look_up(e, mmu, cs, code))
    return;
  uint32_t high = code[1], dpl = (high & DPL) >> 13;
  if (~high & (PRESENT | CODE_OR_DATA | IS_CODE) || (high & CONFORMING_OR_DOWN ? dpl > privilege : dpl != privilege))
    return;
  if (in_ia32e && high & LONG && high & BIG)
    seam_raise(e, GENERAL_PROTECTION, cs & 0xfffc, translated);

  if (pops_stack || privilege > current) {
    uint64_t place = sp + (count + 1) * width + released;
    if (place + width - 1 > mask || !look(e, mmu, base + place, &selector, width))
      return;
    uint16_t ss = (uint16_t)selector;
    if (ss < 4 && (!in_ia32e || privilege == 3))
      return;
    if (ss >= 4) {
      uint32_t bits = CODE_OR_DATA | IS_CODE | WRITABLE | DPL, right = CODE_OR_DATA | WRITABLE | privilege << 13;
      if ((ss & 3) != privilege || !look_up(e, mmu, ss, stack) || (stack[1] & bits) != right)
        return;
      if (!(stack[1] & PRESENT))
        seam_raise(e, STACK_FAULT, ss & 0xfffc, translated);
    }
  }
  bool to_64_bit = in_ia32e && high & LONG;
  if (to_64_bit ? !seam_is_canonical(rip) : rip > loaded(cs, code).limit)
    seam_raise(e, GENERAL_PROTECTION, 0, translated);
}

// IRET unblocks NMI even if it faults (Intel SDM Vol. 3A §6.7.1 "Handling Multiple NMIs"). The one that does not come here
// is refused by IOPL in virtual-8086 mode.
static void unblock_nmi(engine *e) {
  if (e->nmi_blocked)
    seam_unblock_nmi(e);
}

// IRET, told; in real mode `next` is not used.
static void tell_iret(engine *e, int size, int next, bool protected, uintptr_t translated) {
  engine_flow from = seam_begin_transfer(e, translated);
  bool nested = AT64(e->env, ENV_EFLAGS) & RFLAGS_NT;
  if (!protected) {
    library.helper_iret_real_x86_64(e->env, size);
  } else if (!return_from_ring_0(e, size)) {
    if (!nested)
      check_return(e, size, true, 0, 0);
    else if (!(AT32(e->env, ENV_HFLAGS) & HF_LMA))
      seam_switch_task(e, engine_event_task_return, 0, (uint32_t)next, 0);
    library.helper_iret_protected_x86_64(e->env, size, next);
  }
  seam_end_transfer(e, engine_transfer_iret, &from);
}

void OURS(helper_iret_real_x86_64)(void *env, int size) {
  engine *e = seam_engine;
  unblock_nmi(e);
  if (e->tells) {
    tell_iret(e, size, 0, false, TRANSLATED);
    return;
  }
  __attribute__((musttail)) return library.helper_iret_real_x86_64(env, size);
}

void OURS(helper_iret_protected_x86_64)(void *env, int size, int next) {
  engine *e = seam_engine;
  unblock_nmi(e);
  if (e->tells) {
    tell_iret(e, size, next, true, TRANSLATED);
    return;
  }
  if (return_from_ring_0(e, size))
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
