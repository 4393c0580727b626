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

// The originals' addresses, with the name of each and its place in `library`.
struct original {
  const char *name;
  size_t place;
  void *address;
};

#ifdef SEAM_STATIC
#define REPLACED(result, name, parameters) result __real_##name parameters;
#define CALLED(result, name, parameters) result name parameters;
#include "called.def"
#include "replaced.def"
#undef CALLED
#undef REPLACED
#define REPLACED(result, name, parameters) {#name, offsetof(struct library, name), __real_##name},
#define CALLED(result, name, parameters) {#name, offsetof(struct library, name), name},
#else
#define REPLACED(result, name, parameters) {#name, offsetof(struct library, name), dlsym(RTLD_NEXT, #name)},
#define CALLED REPLACED
#endif

bool seam_bind(engine_error *error) {
  unsigned packed = uc_version(NULL, NULL);
  char version[32];
  snprintf(version, sizeof version, "%u.%u.%u", packed >> 24, packed >> 16 & 0xff, packed >> 8 & 0xff);
  if (strcmp(version, LIBRARY_VERSION) != 0)
    return seam_fail(error, LIBRARY_VERSION, version, "the version of libunicorn");
  const struct original originals[] = {
#include "called.def"
#include "replaced.def"
  };
  for (size_t i = 0; i < sizeof originals / sizeof *originals; i++) {
    if (!originals[i].address)
      return seam_fail(error, "present", "missing", "libunicorn's function %s", originals[i].name);
    memcpy((char *)&library + originals[i].place, &originals[i].address, sizeof(void *));
  }
  return true;
}
