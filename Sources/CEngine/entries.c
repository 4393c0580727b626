// SPDX-License-Identifier: GPL-2.0-or-later
//
// How often the library's main loop enters translated code. Blocks that are linked go on to each other without it: a hot
// loop enters once. One that is not linked makes it twenty times slower, which no test of results would notice.
//
// The loop calls the code's prologue through a pointer, which stands as it is while nobody counts.
#include "seam.h"

static uintptr_t enter(void *env, void *code) {
  engine *e = seam_engine;
  e->entries++;
  return e->prologue(env, code);
}

bool engine_count_entries(engine *e) {
  enum { MOST = 4096 };
  uint64_t prologue = AT64(e->tcg, TCG_PROLOGUE), epilogue = AT64(e->tcg, TCG_EPILOGUE);
  if (!e->prologue && (epilogue <= prologue || epilogue - prologue > MOST)) // that is no pair of the kind
    return false;
  if (!e->prologue)
    e->prologue = (uintptr_t(*)(void *, void *))prologue;
  e->entries = 0;
  AT64(e->tcg, TCG_PROLOGUE) = (uintptr_t)enter;
  return true;
}

uint64_t engine_entries(const engine *e) { return e->entries; }
