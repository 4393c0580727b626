// SPDX-License-Identifier: GPL-2.0-or-later
// What a kernel's debug information says: DWARF by way of elfutils libdw, and names by libiberty.
//
// libdw is not linked but loaded by the first `debuginfo_open`: a run that names no place has not to
// pay for it and the libraries that it needs itself.
#ifndef DEBUGINFO_H
#define DEBUGINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The debug information of one ELF file.
typedef struct debuginfo debuginfo;

/// A line of a source file.
typedef struct {
  /// The path as the compiler wrote it; belongs to the `debuginfo`.
  const char *file;
  /// From 1.
  int line;
} debuginfo_line;

/// How to find the value that a register had in the caller.
typedef enum {
  /// It is lost, or the rule is not one of these.
  DEBUGINFO_LOST,
  /// It still has it.
  DEBUGINFO_SAME,
  /// It lies in memory at CFA + offset.
  DEBUGINFO_SAVED,
  /// It is CFA + offset.
  DEBUGINFO_VALUE,
} debuginfo_rule_kind;

typedef struct {
  debuginfo_rule_kind kind;
  int64_t offset;
} debuginfo_rule;

enum { DEBUGINFO_REGISTERS = 17 };

/// How to go from one place in a function to its caller. Registers are numbered as in DWARF: System V ABI,
/// AMD64 supplement, figure 3.36 "DWARF Register Number Mapping"; i386 supplement, table 2.14.
typedef struct {
  /// The canonical frame address is this register, plus an offset.
  unsigned cfa_register;
  int64_t cfa_offset;
  /// Whether the caller was interrupted there, and did not call.
  bool is_interrupt;
  debuginfo_rule registers[DEBUGINFO_REGISTERS];
} debuginfo_frame;

/// The debug information in the ELF file of `size` bytes at `image`, which are copied. NULL if there is
/// neither DWARF nor call frame information in it, or no libdw on this machine.
debuginfo *debuginfo_open(const void *image, size_t size);

/// Gives everything back.
void debuginfo_close(debuginfo *info);

/// Whether libdw has been loaded.
bool debuginfo_is_loaded(void);

/// Whether there is anything about source lines.
bool debuginfo_has_lines(const debuginfo *info);

/// The line that the instruction at `address` comes from; false if nothing says so. Where another function
/// was inlined, it is a line of that one.
bool debuginfo_find_line(debuginfo *info, uint64_t address, debuginfo_line *line);

/// A function whose body stands in another one's code.
typedef struct {
  /// Its name, as the linker would have it if it has such a name; belongs to the `debuginfo`.
  const char *name;
  /// Where it is called; `file` is NULL if nothing says so.
  debuginfo_line call;
} debuginfo_inlined;

/// The functions that are inlined where the instruction at `address` is, the innermost first, `most` of them
/// at most. How many that are.
size_t debuginfo_find_inlined(
    debuginfo *info, uint64_t address, debuginfo_inlined *functions, size_t most);

/// The way to the caller of the function that the instruction at `address` is in.
bool debuginfo_find_frame(debuginfo *info, uint64_t address, debuginfo_frame *frame);

/// The Rust (legacy or v0) or C++ (Itanium) declaration that `symbol` stands for, to be given to `free`;
/// NULL if it is neither.
char *debuginfo_demangle(const char *symbol);

#endif
