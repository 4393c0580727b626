// SPDX-License-Identifier: GPL-2.0-or-later
// From a place in a function to its caller, by call frame information: DWARF 5 §6.4 "Call Frame Information".
// libdw gives each rule as an expression; those that compilers write, and no others, become rules here.
#include "debuginfo.h"
#include "libdw.h"

#include <dwarf.h>
#include <stdlib.h>

static bool read_cfa(const Dwarf_Op *ops, size_t count, debuginfo_frame *frame) {
  if (count < 1 || count > 2) return false;
  unsigned atom = ops[0].atom;
  if (atom == DW_OP_bregx) {
    frame->cfa_register = (unsigned)ops[0].number;
    frame->cfa_offset = (int64_t)ops[0].number2;
  } else if (atom >= DW_OP_breg0 && atom <= DW_OP_breg31) {
    frame->cfa_register = atom - DW_OP_breg0;
    frame->cfa_offset = (int64_t)ops[0].number;
  } else {
    return false;
  }
  if (count == 2) {
    if (ops[1].atom != DW_OP_plus_uconst) return false;
    frame->cfa_offset = (int64_t)((uint64_t)frame->cfa_offset + ops[1].number);
  }
  return frame->cfa_register < DEBUGINFO_REGISTERS;
}

// No expression, and no place for one, means the same; a place, and nothing in it, means undefined (libdw.h). But a
// register that .debug_frame is silent about is undefined to libdw, too, and to compilers the same: only the return
// address is always spoken of, and undefined where nobody has called.
static debuginfo_rule read_rule(const Dwarf_Op *ops, size_t count, bool is_return_address) {
  debuginfo_rule rule = {DEBUGINFO_LOST, 0};
  if (count == 0) {
    if (!ops || !is_return_address) rule.kind = DEBUGINFO_SAME;
    return rule;
  }
  if (ops[0].atom != DW_OP_call_frame_cfa) return rule;
  size_t next = 1;
  if (next < count && ops[next].atom == DW_OP_plus_uconst) rule.offset = (int64_t)ops[next++].number;
  if (next == count) rule.kind = DEBUGINFO_SAVED;
  if (next + 1 == count && ops[next].atom == DW_OP_stack_value) rule.kind = DEBUGINFO_VALUE;
  return rule;
}

static bool find_frame(
    const struct libdw *dw, Dwarf_CFI *cfi, uint64_t address, debuginfo_frame *found) {
  Dwarf_Frame *frame = NULL;
  if (!cfi || dw->dwarf_cfi_addrframe(cfi, address, &frame) != 0) return false;
  Dwarf_Addr start, end;
  bool is_interrupt = false;
  Dwarf_Op *ops = NULL;
  size_t count = 0;
  int return_address = dw->dwarf_frame_info(frame, &start, &end, &is_interrupt);
  bool holds = return_address >= 0 && dw->dwarf_frame_cfa(frame, &ops, &count) == 0 &&
               read_cfa(ops, count, found);
  found->is_interrupt = is_interrupt;
  for (int number = 0; holds && number < DEBUGINFO_REGISTERS; number++) {
    Dwarf_Op memory[3];
    bool known = dw->dwarf_frame_register(frame, number, memory, &ops, &count) == 0;
    found->registers[number] = known ? read_rule(ops, count, number == return_address)
                                     : (debuginfo_rule){DEBUGINFO_LOST, 0};
  }
  free(frame);
  return holds;
}

bool debuginfo_find_frame(debuginfo *info, uint64_t address, debuginfo_frame *frame) {
  return find_frame(info->library, info->eh_frame, address, frame) ||
         find_frame(info->library, info->debug_frame, address, frame);
}
