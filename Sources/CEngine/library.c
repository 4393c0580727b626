// SPDX-License-Identifier: GPL-2.0-or-later
//
// Finds the library's own functions, the ones that the seam replaces included.
#define _GNU_SOURCE
#include "seam.h"
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct library library;

bool seam_fail(engine_error *error, const char *expected, const char *found, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->what, sizeof error->what, format, arguments);
  va_end(arguments);
  snprintf(error->expected, sizeof error->expected, "%s", expected);
  snprintf(error->found, sizeof error->found, "%s", found);
  return false;
}

bool seam_bind(engine_error *error) {
  static const struct {
    const char *name;
    size_t offset;
  } slots[] = {
#define SLOT(result, name, ...) {#name, offsetof(struct library, name)},
      LIBRARY_FUNCTIONS(SLOT)
#undef SLOT
  };
  unsigned packed = uc_version(NULL, NULL);
  char version[32];
  snprintf(version, sizeof version, "%u.%u.%u", packed >> 24, packed >> 16 & 0xff, packed >> 8 & 0xff);
  if (strcmp(version, LIBRARY_VERSION) != 0)
    return seam_fail(error, LIBRARY_VERSION, version, "the version of libunicorn");
  for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
    void *found = dlsym(RTLD_NEXT, slots[i].name);
    if (!found)
      return seam_fail(error, "present", "missing", "libunicorn's function %s", slots[i].name);
    memcpy((char *)&library + slots[i].offset, &found, sizeof found);
  }
  return true;
}
