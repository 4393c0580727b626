// SPDX-License-Identifier: GPL-2.0-or-later
#include "debuginfo.h"

#include <libiberty/demangle.h>

char *debuginfo_demangle(const char *symbol) {
  // Rust comes first: its legacy names are valid C++ ones, with a hash at their end that says nothing.
  char *text = rust_demangle(symbol, DMGL_NO_OPTS);
  // Both limit how deep a name may nest, unless they are told not to.
  return text ? text : cplus_demangle_v3(symbol, DMGL_PARAMS | DMGL_ANSI);
}
