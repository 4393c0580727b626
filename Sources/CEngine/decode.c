// SPDX-License-Identifier: GPL-2.0-or-later
//
// Checks that have to be in the translated code, since the library's translator emits neither them nor a call.
//
// The translator reads an instruction byte by byte and emits operations; both pass through here, and a check goes in
// between. It is a call of a function that the library knows as a helper: of those that it never calls for this
// processor, some are ours. MONITOR is not promised, and for IN and OUT the library leaves the permission check out.
#include "seam.h"

static const uint64_t NOWHERE = ~0ull;

static void emit_call(engine *e, void *function, uintptr_t argument) {
  void *arguments[] = {(void *)seam_env(e), (void *)argument};
  library.tcg_gen_callN_x86_64(e->tcg, function, NULL, argument ? 2 : 1, arguments);
}

// --- INS and OUTS --------------------------------------------------------------------------------------------------
//
// INS would have written to memory, and OUTS read it, before the port is asked. IN and OUT check in the port's helper.

static void check_string(void *env, uint32_t bytes, uintptr_t translated) {
  enum { RDX = 2 };
  seam_check_ports(seam_engine, AT16(env, ENV_REGS + 8 * RDX), bytes, translated);
}

void OURS(helper_check_iob_x86_64)(void *env, uint32_t unused) { check_string(env, 1, TRANSLATED); }
void OURS(helper_check_iow_x86_64)(void *env, uint32_t unused) { check_string(env, 2, TRANSLATED); }
void OURS(helper_check_iol_x86_64)(void *env, uint32_t unused) { check_string(env, 4, TRANSLATED); }

static void emit_port_check(engine *e, uint32_t opcode) {
  uint32_t flags = e->block.flags;
  uint32_t cpl = flags & HF_CPL, iopl = (flags & HF_IOPL) >> 12;
  if (!(flags & HF_PE) || (cpl <= iopl && !(flags & HF_VM)))
    return;
  bool is_dword = !!(flags & HF_CS32) != e->instruction.data_size;
  void *check = opcode % 2 == 0 ? (void *)OURS(helper_check_iob_x86_64)
                : is_dword      ? (void *)OURS(helper_check_iol_x86_64)
                                : (void *)OURS(helper_check_iow_x86_64);
  emit_call(e, check, seam_operand(e, library.tcg_const_i32_x86_64(e->tcg, 0)));
}

// --- the bytes of an instruction -------------------------------------------------------------------------------------

void seam_begin_instruction(engine *e, uint64_t linear) {
  e->instruction.start = e->instruction.next = linear;
  e->instruction.stage = PREFIXES;
  e->instruction.lock = e->instruction.data_size = e->instruction.aligned = e->instruction.anywhere = false;
  e->instruction.repeat = 0;
}

static bool take_prefix(engine *e, uint32_t byte) {
  switch (byte) {
  case 0xf0:
    return e->instruction.lock = true;
  case 0x66:
    return e->instruction.data_size = true;
  case 0xf2:
  case 0xf3:
    return e->instruction.repeat = (uint8_t)byte;
  case 0x67:
  case 0x26:
  case 0x2e:
  case 0x36:
  case 0x3e:
  case 0x64:
  case 0x65:
    return true;
  default: // REX
    return (byte & 0xf0) == 0x40 && e->block.flags & HF_CS64;
  }
}

// Whether there is such an instruction; the last byte of its opcode lies at `linear`. With an operand that it lacks the
// translator goes on, and in the end aborts: LOCK in front of what does not take it (Intel SDM Vol. 2A "LOCK—Assert LOCK#
// Signal Prefix"), a far CALL or JMP to a register (FF /3 and /5). It takes a VEX prefix in front of instructions that have
// none with it, too: without AVX there are none (Vol. 2A §2.3 "Intel Advanced Vector Extensions (Intel AVX)").
static bool is_valid(engine *e, uint32_t opcode, uint64_t linear) {
  enum { GROUP_5 = 0xff, FAR_CALL = 3, FAR_JMP = 5 };
  bool is_vex = (opcode & ~1u) == 0xc4; // in 64-bit mode; in others LES and LDS, and this with a register
  if (is_vex && e->block.flags & HF_CS64)
    return false;
  uint32_t lockable = e->instruction.lock ? e->owner.lockable(e->owner.context, opcode) : 0;
  if (!lockable && (e->instruction.lock || (opcode != GROUP_5 && !is_vex)))
    return !e->instruction.lock;
  uint32_t modrm = OURS(cpu_ldub_code_x86_64)(e->env, linear + 1), operation = modrm >> 3 & 7;
  bool is_register = modrm >> 6 == 3;
  if (e->instruction.lock)
    return !is_register && lockable >> operation & 1;
  return !is_register || (!is_vex && operation != FAR_CALL && operation != FAR_JMP);
}

// INS, OUTS, MOVS, CMPS, STOS, LODS, SCAS.
static bool is_string(uint32_t opcode) {
  return (opcode >= 0x6c && opcode <= 0x6f) || (opcode >= 0xa4 && opcode <= 0xa7) || (opcode >= 0xaa && opcode <= 0xaf);
}

static bool take_opcode(engine *e, uint32_t opcode) {
  uint64_t linear = e->instruction.next;
  e->instruction.next = NOWHERE;
  if (!is_valid(e, opcode, linear))
    return false;
  seam_take_flags(e, opcode, linear);
  seam_take_x87(e, opcode, linear);
  if (e->instruction.repeat && is_string(opcode))
    seam_emit_note_of_repetition(e, e->instruction.start);
  if (opcode >= 0x6c && opcode <= 0x6f) {
    emit_port_check(e, opcode);
  } else if (opcode > 0xff) {
    uint8_t prefix = e->instruction.data_size ? 0x66 : e->instruction.repeat;
    seam_take_alignment(e, opcode, prefix);
  }
  return true;
}

uint32_t seam_take_byte(engine *e, uint32_t byte) {
  enum { TWO_BYTES = 0x0f, UD2 = 0x0b };
  uint64_t next = e->instruction.next + 1;
  switch (e->instruction.stage) {
  case PREFIXES:
    if (byte == TWO_BYTES) {
      e->instruction.stage = SECOND_BYTE;
    } else if (!take_prefix(e, byte)) {
      if (take_opcode(e, byte))
        return byte;
      e->instruction.stage = INVALID;
      byte = TWO_BYTES;
    }
    e->instruction.next = next;
    return byte;
  case SECOND_BYTE:
    return take_opcode(e, TWO_BYTES << 8 | byte) ? byte : UD2;
  case INVALID:
    e->instruction.next = NOWHERE;
    return UD2;
  }
}

// --- LGDT, LIDT, WRFSBASE, WRGSBASE ------------------------------------------------------------------------------------

// Called before they change a base.
void OURS(helper_monitor_x86_64)(void *env, uint64_t linear) {
  if (!seam_is_canonical(linear))
    seam_raise(seam_engine, GENERAL_PROTECTION, 0, TRANSLATED);
}

static void emit_base_check(engine *e, uintptr_t base) { emit_call(e, (void *)OURS(helper_monitor_x86_64), base); }

// In 64-bit code WRFSBASE and WRGSBASE alone do this, and half of an address is canonical.
void seam_check_base(engine *e, bool is_whole, uintptr_t target, uintptr_t source) {
  if (!(e->block.flags & HF_CS64))
    return;
  e->loads_bases = true;
  if (is_whole)
    emit_base_check(e, source);
  if (e->tells_control)
    emit_call(e, target == e->bases[0] ? (void *)OURS(helper_vmload_x86_64) : (void *)OURS(helper_vmsave_x86_64), source);
}

void OURS(tcg_gen_op3_x86_64)(void *tcg, int op, uintptr_t a, uintptr_t b, uintptr_t c) {
  enum { GDTR_BASE = ENV_SEGS + SEGMENT_SIZE * GDTR + SEGMENT_BASE, IDTR_BASE = GDTR_BASE + SEGMENT_SIZE };
  enum { GDTR_LIMIT = GDTR_BASE - SEGMENT_BASE + SEGMENT_LIMIT, IDTR_LIMIT = GDTR_LIMIT + SEGMENT_SIZE };
  engine *e = seam_engine;
  bool is_state = b == seam_env(e);
  bool is_table = op == OP_ST_I64 && is_state && (c == GDTR_BASE || c == IDTR_BASE);
  if (is_table && e->block.flags & HF_CS64)
    emit_base_check(e, a);
  library.tcg_gen_op3_x86_64(tcg, op, a, b, c);
  // SWAPGS stores this last.
  bool is_swap = op == OP_ST_I64 && is_state && c == ENV_KERNEL_GS_BASE;
  e->loads_bases |= is_swap;
  if (is_swap && e->tells_control)
    emit_call(e, (void *)OURS(helper_skinit_x86_64), 0);
  // The limit is stored last.
  if (op == OP_ST32_I64 && is_state && (c == GDTR_LIMIT || c == IDTR_LIMIT))
    emit_call(e, c == GDTR_LIMIT ? (void *)OURS(helper_stgi_x86_64) : (void *)OURS(helper_clgi_x86_64), 0);
}
