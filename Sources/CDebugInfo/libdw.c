// SPDX-License-Identifier: GPL-2.0-or-later
#include "libdw.h"

#include <dlfcn.h>

#include "debuginfo.h"

static struct libdw functions;
static enum { UNTRIED, LOADED, MISSING } state;

const struct libdw *libdw(void) {
  if (state == UNTRIED) {
    void *handle = dlopen("libdw.so.1", RTLD_LAZY | RTLD_LOCAL);
    state = handle ? LOADED : MISSING;
#define LIBDW_FIND(name)                                                       \
  if (state == LOADED && !(functions.name = (__typeof__(name) *)dlsym(handle, #name))) \
    state = MISSING;
    LIBDW_FUNCTIONS(LIBDW_FIND)
#undef LIBDW_FIND
    if (state == LOADED && functions.elf_version(EV_CURRENT) == EV_NONE) state = MISSING;
  }
  return state == LOADED ? &functions : NULL;
}

bool debuginfo_is_loaded(void) { return state == LOADED; }
