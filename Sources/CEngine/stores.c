// SPDX-License-Identifier: GPL-2.0-or-later
//
// While they are told: stores to pages that the owner has marked.
//
// They take the way of stores to pages with code, which the library has for code that changes itself: cached translations
// of such a page are never marked as dirty, so that each store comes by a function that is asked what it invalidates. What
// is marked in translations that are cached already is one bit: nothing is flushed, so a page may be marked at any time,
// in the middle of an access, too.
#include "seam.h"

enum { PAGE = 4096 };

void engine_tell_stores(engine *e, uint64_t offset, bool tells) {
  if (offset >= e->ram_size)
    return;
  uint8_t *why = &e->seen_stores[offset / PAGE];
  if (!tells) {
    *why &= (uint8_t)~SEEN_FOR_OWNER;
  } else {
    if (!*why)
      library.tlb_reset_dirty_x86_64(e->cs, (uintptr_t)e->ram + (offset & ~(uint64_t)(PAGE - 1)), PAGE);
    *why |= SEEN_FOR_OWNER;
  }
}

// A store to a page that is not dirty is about to be made, or a part of one, of `bytes` at RAM offset `start`.
void OURS(tb_invalidate_phys_page_fast_x86_64)(void *uc, void *pages, uint64_t start, int bytes, uintptr_t host_pc) {
  engine *e = seam_engine;
  if (start < e->ram_size && e->seen_stores[start / PAGE] & SEEN_FOR_OWNER) {
    seam_tell_access(e, engine_control_told_store, e->access, start, (uint32_t)bytes, host_pc);
    e->told_store = true;
  }
  __attribute__((musttail)) return library.tb_invalidate_phys_page_fast_x86_64(uc, pages, start, bytes, host_pc);
}

// Translated code's stores end here. Those of the library's functions, such as a far call's, do not: the owner finds out
// with whatever comes next.
void seam_tell_stored(engine *e) {
  e->told_store = false;
  engine_control control = {.kind = engine_control_stored};
  e->owner.controlled(e->owner.context, &control);
}
