// SPDX-License-Identifier: GPL-2.0-or-later
//
// The library's cache of translations, read from outside: a hit says where a page's bytes are without asking anybody.
// Its format is that of translated code, which looks there at every load and store.
#include "seam.h"
#include <string.h>

enum { PAGE = 4096 };

// On the way of every load below: inlined there.
static inline char *hit(const char *env, uint64_t linear, int mmu, int tag, uint64_t ignored) {
  const char *tlb = env + ENV_TLB + TLB_SIZE * mmu;
  uint64_t place = linear >> (12 - TLB_ENTRY_BITS) & AT64(tlb, TLB_MASK);
  const char *entry = (const char *)AT64(tlb, TLB_TABLE) + place;
  if ((AT64(entry, tag) & ~ignored) != (linear & ~(uint64_t)(PAGE - 1)))
    return NULL;
  return (char *)(AT64(entry, TLB_ADDEND) + linear);
}

char *seam_cached(const engine *e, uint64_t linear, int mmu, int tag, uint64_t ignored) {
  return hit(e->env, linear, mmu, tag, ignored);
}

// The access may be the program's or the processor's own.
uint64_t seam_place(const engine *e, uint64_t linear, bool is_write) {
  int tag = is_write ? TLB_WRITE_TAG : TLB_READ_TAG, flags = TLB_NOT_DIRTY | TLB_WATCHED;
  const char *host = hit(e->env, linear, seam_data_mmu(e), tag, flags);
  if (!host)
    host = hit(e->env, linear, seam_system_mmu(e), tag, flags);
  uint64_t offset = (uint64_t)(host - (const char *)e->ram);
  return host && offset < e->ram_size ? offset : engine_not_cached;
}

static int mmu_index(const engine *e, engine_privilege privilege) {
  bool smap = AT32(e->env, ENV_HFLAGS) & HF_SMAP;
  return privilege == engine_supervisor_without_user_pages && !smap ? engine_supervisor : (int)privilege;
}

uint64_t engine_cached_offset(const engine *e, uint64_t linear, engine_access access, engine_privilege privilege) {
  static const int tags[] = {TLB_READ_TAG, TLB_WRITE_TAG, TLB_CODE_TAG};
  int flags = TLB_NOT_DIRTY | TLB_WATCHED;
  const char *host = hit(e->env, linear, mmu_index(e, privilege), tags[access], flags);
  return host ? (uint64_t)(host - (const char *)e->ram) : engine_not_cached;
}

void engine_cache(engine *e, uint64_t linear, engine_access access, engine_privilege privilege) {
  seam_fill(e, linear, (int)access, mmu_index(e, privilege), true, 0);
}

// --- which translations stay -----------------------------------------------------------------------------------
//
// A guest that forgets INVLPG may go on with a translation that its tables no longer have, until it has to give way to
// another one. When that is must depend on the guest alone: not on what is told of it, nor on how fast the host is.

static void swap(char *a, char *b, size_t size) {
  char kept[1 << TLB_ENTRY_BITS];
  memcpy(kept, a, size);
  memcpy(a, b, size);
  memcpy(b, kept, size);
}

// The library looks among the victims for a tag without flags: so it does not find those whose accesses have to be seen.
bool seam_return_victim(engine *e, uint64_t linear, int access, int mmu) {
  static const int tags[] = {TLB_READ_TAG, TLB_WRITE_TAG, TLB_CODE_TAG};
  uint64_t flags = TLB_NOT_DIRTY | TLB_WATCHED, page = linear & ~(uint64_t)(PAGE - 1);
  char *desc = e->env + ENV_DESC + DESC_SIZE * mmu;
  for (int i = 0; i < VICTIMS; i++) {
    char *victim = desc + DESC_VICTIMS + (i << TLB_ENTRY_BITS);
    if ((AT64(victim, tags[access]) & ~flags) != page)
      continue;
    const char *tlb = e->env + ENV_TLB + TLB_SIZE * mmu;
    uint64_t index = (linear >> 12) & (AT64(tlb, TLB_MASK) >> TLB_ENTRY_BITS);
    swap((char *)AT64(tlb, TLB_TABLE) + (index << TLB_ENTRY_BITS), victim, 1 << TLB_ENTRY_BITS);
    swap((char *)AT64(desc, DESC_PLACES) + TLB_PLACE_SIZE * index, desc + DESC_VICTIM_PLACES + TLB_PLACE_SIZE * i,
         TLB_PLACE_SIZE);
    return true;
  }
  return false;
}

// With a flush, the library makes a TLB smaller that has been too large for 100 ms of the host's time. Here it is the
// guest's: it holds that those have passed if they began long ago, and not if they begin in the far future.
void OURS(tlb_flush_x86_64)(void *cs) {
  enum { WINDOW = 100 * 1000 * 1000 };
  engine *e = seam_engine;
  if (e && e->env) {
    uint64_t now = engine_instructions(e);
    bool is_over = now - e->tlb_window >= WINDOW;
    if (is_over)
      e->tlb_window = now;
    for (int mmu = 0; mmu < MMU_INDEXES; mmu++)
      AT64(e->env + DESC_SIZE * mmu, ENV_DESC + DESC_WINDOW) = is_over ? 0 : INT64_MAX / 2;
  }
  library.tlb_flush_x86_64(cs);
}

// Two translations for one place of the table: the first gives way, is counted no more, and comes back.
bool seam_check_victims(engine *e, engine_error *error) {
  enum { FIRST = 0x7000 };
  OURS(tlb_flush_x86_64)(e->cs);
  const char *desc = e->env + ENV_DESC + DESC_SIZE * engine_supervisor;
  uint64_t size = (AT64(e->env + ENV_TLB + TLB_SIZE * engine_supervisor, TLB_MASK) >> TLB_ENTRY_BITS) + 1;
  engine_cache(e, FIRST, engine_access_read, engine_supervisor);
  uint64_t offset = engine_cached_offset(e, FIRST, engine_access_read, engine_supervisor);
  engine_cache(e, FIRST + size * PAGE, engine_access_read, engine_supervisor);
  bool is_victim = AT64(desc, DESC_LARGE_PAGES) == ~0ull && AT64(desc, DESC_USED) == 1 &&
                   AT64(desc, DESC_VICTIMS + TLB_READ_TAG) == FIRST;
  bool comes_back = seam_return_victim(e, FIRST, engine_access_read, engine_supervisor);
  uint64_t again = engine_cached_offset(e, FIRST, engine_access_read, engine_supervisor);
  const char *place = (const char *)AT64(desc, DESC_PLACES) + TLB_PLACE_SIZE * (FIRST / PAGE % size);
  if (!is_victim || !comes_back || again != offset || (AT64(place, 0) + FIRST) / PAGE != offset / PAGE)
    return seam_fail(error, "kept beside it", "lost", "a cached translation whose place another one takes");
  return true;
}

// --- the library's own loads -----------------------------------------------------------------------------------
//
// Far returns, IRET and loads of segment registers read memory by these, and the translator reads instructions, byte by
// byte. The originals take some two hundred instructions each, most of them in search of hooks.

// A page's worth of memory that holds all of the value, if it is cached.
static inline const char *whole(const char *env, uint64_t linear, int mmu, int tag, size_t bytes) {
  return linear % PAGE <= PAGE - bytes ? hit(env, linear, mmu, tag, 0) : NULL;
}

#define DATA_LOAD(name, result, type)                                                                                  \
  result OURS(name)(void *env, uint64_t linear, int mmu, uintptr_t host_pc) {                                          \
    const char *host = whole(env, linear, mmu, TLB_READ_TAG, sizeof(type));                                            \
    if (!host)                                                                                                         \
      __attribute__((musttail)) return library.name(env, linear, mmu, host_pc);                                        \
    type value;                                                                                                        \
    memcpy(&value, host, sizeof value);                                                                                \
    return value;                                                                                                      \
  }

DATA_LOAD(cpu_ldub_mmuidx_ra_x86_64, uint32_t, uint8_t)
DATA_LOAD(cpu_lduw_mmuidx_ra_x86_64, uint32_t, uint16_t)
DATA_LOAD(cpu_ldl_mmuidx_ra_x86_64, uint32_t, uint32_t)
DATA_LOAD(cpu_ldq_mmuidx_ra_x86_64, uint64_t, uint64_t)

// The MMU index of instruction fetches, as the library has it.
static inline int fetch_index(const char *env) {
  enum { RFLAGS_AC = 1 << 18 };
  uint32_t hflags = AT32(env, ENV_HFLAGS);
  if ((hflags & HF_CPL) == 3)
    return engine_user;
  return hflags & HF_SMAP && !(AT64(env, ENV_EFLAGS) & RFLAGS_AC) ? engine_supervisor_without_user_pages
                                                                  : engine_supervisor;
}

#define CODE_LOAD(name, result, type)                                                                                  \
  result OURS(name)(void *env, uint64_t linear) {                                                                      \
    seam_enter_page(seam_engine, linear + sizeof(type) - 1);                                                           \
    const char *host = whole(env, linear, fetch_index(env), TLB_CODE_TAG, sizeof(type));                               \
    if (!host)                                                                                                         \
      __attribute__((musttail)) return library.name(env, linear);                                                      \
    type value;                                                                                                        \
    memcpy(&value, host, sizeof value);                                                                                \
    return value;                                                                                                      \
  }

// Opcodes are read by this one.
uint32_t OURS(cpu_ldub_code_x86_64)(void *env, uint64_t linear) {
  engine *e = seam_engine;
  seam_enter_page(e, linear);
  const char *host = whole(env, linear, fetch_index(env), TLB_CODE_TAG, 1);
  uint32_t byte = host ? *(const uint8_t *)host : library.cpu_ldub_code_x86_64(env, linear);
  return linear == e->instruction.next ? seam_take_byte(e, byte) : byte;
}

CODE_LOAD(cpu_lduw_code_x86_64, uint32_t, uint16_t)
CODE_LOAD(cpu_ldl_code_x86_64, uint32_t, uint32_t)
CODE_LOAD(cpu_ldq_code_x86_64, uint64_t, uint64_t)
