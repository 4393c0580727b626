// SPDX-License-Identifier: GPL-2.0-or-later
// libdw, loaded when it is first needed.
#ifndef LIBDW_H
#define LIBDW_H

#include <elfutils/libdw.h>
#include <stdbool.h>

#define LIBDW_FUNCTIONS(each)                                                                \
  each(elf_version) each(elf_memory) each(elf_end) each(dwarf_begin_elf) each(dwarf_end)     \
  each(dwarf_get_units) each(dwarf_ranges) each(dwarf_getsrc_die) each(dwarf_linesrc)        \
  each(dwarf_lineno) each(dwarf_getcfi) each(dwarf_getcfi_elf) each(dwarf_cfi_addrframe)     \
  each(dwarf_cfi_end) each(dwarf_frame_cfa) each(dwarf_frame_register) each(dwarf_frame_info) \
  each(dwarf_child) each(dwarf_siblingof) each(dwarf_haspc) each(dwarf_tag) each(dwarf_diename) \
  each(dwarf_attr_integrate) each(dwarf_formstring) each(dwarf_attr) each(dwarf_formudata)   \
  each(dwarf_getsrcfiles) each(dwarf_filesrc)

/// Its functions, under their own names.
struct libdw {
#define LIBDW_MEMBER(name) __typeof__(name) *name;
  LIBDW_FUNCTIONS(LIBDW_MEMBER)
#undef LIBDW_MEMBER
};

/// The library; NULL if it is not on this machine, or not as this header has it.
const struct libdw *libdw(void);

/// A part of an address space that one compilation unit is for.
struct unit_range {
  Dwarf_Addr start, end;
  Dwarf_Die die;
};

struct debuginfo {
  const struct libdw *library;
  char *image;
  Elf *elf;
  Dwarf *dwarf;
  // .eh_frame is looked at first; a file has seldom both.
  Dwarf_CFI *eh_frame, *debug_frame;
  // Sorted by start; units do not overlap.
  struct unit_range *ranges;
  size_t count, capacity;
};

/// The unit that the code at `address` is of; NULL if none says so.
struct unit_range *find_unit(struct debuginfo *info, uint64_t address);

#endif
