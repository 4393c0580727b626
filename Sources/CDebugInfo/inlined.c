// SPDX-License-Identifier: GPL-2.0-or-later
// Which functions were inlined at an address: DWARF 5 §3.3.8 "Inlinable and Inlined Subroutines".
#include "debuginfo.h"
#include "libdw.h"

#include <dwarf.h>
#include <stdlib.h>

// Names that a linker sees tell more: they have types and modules in them.
static const char *name_of(const struct libdw *dw, Dwarf_Die *die) {
  Dwarf_Attribute attribute;
  const char *name = dw->dwarf_formstring(
      dw->dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));
  return name ? name : dw->dwarf_diename(die);
}

static bool read_number(
    const struct libdw *dw, Dwarf_Die *die, unsigned name, Dwarf_Word *number) {
  Dwarf_Attribute attribute;
  return dw->dwarf_formudata(dw->dwarf_attr(die, name, &attribute), number) == 0;
}

static debuginfo_line call_of(const struct libdw *dw, Dwarf_Die *die, Dwarf_Die *unit) {
  debuginfo_line call = {NULL, 0};
  Dwarf_Word file, line;
  Dwarf_Files *files;
  size_t count;
  if (read_number(dw, die, DW_AT_call_file, &file) && read_number(dw, die, DW_AT_call_line, &line) &&
      dw->dwarf_getsrcfiles(unit, &files, &count) == 0 && file < count && line > 0) {
    call.file = dw->dwarf_filesrc(files, file, NULL, NULL);
    call.line = (int)line;
  }
  return call;
}

// Deeper nesting than a compiler writes is a broken file's.
enum { MOST_LEVELS = 64 };

// Functions may stand in namespaces and types, which have no addresses: libdw's own search leaves them out.
static bool may_have_functions(int tag) {
  switch (tag) {
  case DW_TAG_namespace:
  case DW_TAG_module:
  case DW_TAG_structure_type:
  case DW_TAG_class_type:
  case DW_TAG_union_type:
  case DW_TAG_enumeration_type: return true;
  default: return false;
  }
}

static bool is_scope(int tag) {
  return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block;
}

// The inlined functions below `parent` that have the code at `address`, the outermost first; -1 if there is no
// function at all.
static int find_path(
    const struct libdw *dw, Dwarf_Die *parent, uint64_t address, int level, Dwarf_Die *path) {
  Dwarf_Die child;
  if (level == MOST_LEVELS || dw->dwarf_child(parent, &child) != 0) return -1;
  do {
    int tag = dw->dwarf_tag(&child);
    if (is_scope(tag) && dw->dwarf_haspc(&child, address) > 0) {
      bool is_inlined = tag == DW_TAG_inlined_subroutine;
      if (is_inlined) path[0] = child;
      int below = find_path(dw, &child, address, level + 1, path + is_inlined);
      return is_inlined + (below > 0 ? below : 0);
    }
    if (may_have_functions(tag)) {
      int found = find_path(dw, &child, address, level + 1, path);
      if (found >= 0) return found;
    }
  } while (dw->dwarf_siblingof(&child, &child) == 0);
  return -1;
}

size_t debuginfo_find_inlined(
    debuginfo *info, uint64_t address, debuginfo_inlined *functions, size_t most) {
  const struct libdw *dw = info->library;
  struct unit_range *unit = find_unit(info, address);
  if (!unit) return 0;
  Dwarf_Die path[MOST_LEVELS];
  int count = find_path(dw, &unit->die, address, 0, path);
  size_t found = 0;
  for (int number = count - 1; number >= 0 && found < most; number--) {
    functions[found].name = name_of(dw, &path[number]);
    functions[found].call = call_of(dw, &path[number], &unit->die);
    if (!functions[found].name) break;
    found++;
  }
  return found;
}
