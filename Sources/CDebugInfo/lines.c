// SPDX-License-Identifier: GPL-2.0-or-later
// From an address to a source line. Units are found by their own ranges: .debug_aranges, which libdw would
// take, is written by GCC, but neither by rustc nor by clang.
#include "debuginfo.h"
#include "libdw.h"

#include <stdlib.h>
#include <string.h>

// More than any kernel has; what claims to have more is broken.
enum { MOST_RANGES = 1 << 20 };

static bool add_range(debuginfo *info, Dwarf_Addr start, Dwarf_Addr end, const Dwarf_Die *die) {
  if (info->count == MOST_RANGES) return false;
  // What the linker threw away begins at 0 or 1.
  if (start >= end || start < 2) return true;
  if (info->count == info->capacity) {
    size_t capacity = info->capacity ? info->capacity * 2 : 64;
    struct unit_range *ranges = realloc(info->ranges, capacity * sizeof *ranges);
    if (!ranges) return false;
    info->ranges = ranges;
    info->capacity = capacity;
  }
  info->ranges[info->count++] = (struct unit_range){start, end, *die};
  return true;
}

static int by_start(const void *left, const void *right) {
  const struct unit_range *a = left, *b = right;
  return (a->start > b->start) - (a->start < b->start);
}

static void read_units(debuginfo *info) {
  const struct libdw *dw = info->library;
  Dwarf_CU *unit = NULL;
  Dwarf_Die die;
  while (dw->dwarf_get_units(info->dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0) {
    Dwarf_Addr base, start, end;
    ptrdiff_t next = 0;
    while ((next = dw->dwarf_ranges(&die, next, &base, &start, &end)) > 0)
      if (!add_range(info, start, end, &die)) goto sort;
  }
sort:
  if (info->count) qsort(info->ranges, info->count, sizeof *info->ranges, by_start);
}

debuginfo *debuginfo_open(const void *image, size_t size) {
  const struct libdw *dw = libdw();
  debuginfo *info = dw ? calloc(1, sizeof *info) : NULL;
  if (!info) return NULL;
  info->library = dw;
  info->image = malloc(size ? size : 1);
  if (!info->image) goto failed;
  memcpy(info->image, image, size);
  info->elf = dw->elf_memory(info->image, size);
  if (!info->elf) goto failed;
  info->dwarf = dw->dwarf_begin_elf(info->elf, DWARF_C_READ, NULL);
  if (info->dwarf) {
    read_units(info);
    info->debug_frame = dw->dwarf_getcfi(info->dwarf);
  }
  info->eh_frame = dw->dwarf_getcfi_elf(info->elf);
  if (info->count || info->debug_frame || info->eh_frame) return info;
failed:
  debuginfo_close(info);
  return NULL;
}

void debuginfo_close(debuginfo *info) {
  if (!info) return;
  const struct libdw *dw = info->library;
  // .debug_frame's belongs to the Dwarf.
  if (info->eh_frame) dw->dwarf_cfi_end(info->eh_frame);
  if (info->dwarf) dw->dwarf_end(info->dwarf);
  if (info->elf) dw->elf_end(info->elf);
  free(info->ranges);
  free(info->image);
  free(info);
}

bool debuginfo_has_lines(const debuginfo *info) { return info->count > 0; }

struct unit_range *find_unit(debuginfo *info, uint64_t address) {
  size_t low = 0, high = info->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (info->ranges[middle].start <= address)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0 || address >= info->ranges[low - 1].end) return NULL;
  return &info->ranges[low - 1];
}

bool debuginfo_find_line(debuginfo *info, uint64_t address, debuginfo_line *line) {
  const struct libdw *dw = info->library;
  struct unit_range *unit = find_unit(info, address);
  if (!unit) return false;
  Dwarf_Line *row = dw->dwarf_getsrc_die(&unit->die, address);
  if (!row) return false;
  line->file = dw->dwarf_linesrc(row, NULL, NULL);
  // Line 0 is what a compiler says of code that comes from no line.
  return line->file && dw->dwarf_lineno(row, &line->line) == 0 && line->line > 0;
}
